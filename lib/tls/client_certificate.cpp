// SPDX-License-Identifier: Apache-2.0
#include "tls/client_certificate.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <string_view>

#include "tls/alert.hpp"

namespace mqtts::tls {

namespace {

using Kind = CertificateFault::Kind;

/// What servers say about a certificate once they have asked for one. Many tell its faults with a name that is not made
/// for it: TLS 1.2 has none for "missing", and some find out while they check our signature.
bool is_about_certificate(int alert) {
    switch (alert) {
        case SSL_AD_HANDSHAKE_FAILURE:
        case alert_no_certificate:
        case SSL_AD_BAD_CERTIFICATE:
        case SSL_AD_UNSUPPORTED_CERTIFICATE:
        case SSL_AD_CERTIFICATE_REVOKED:
        case SSL_AD_CERTIFICATE_EXPIRED:
        case SSL_AD_CERTIFICATE_UNKNOWN:
        case SSL_AD_ILLEGAL_PARAMETER:
        case SSL_AD_UNKNOWN_CA:
        case SSL_AD_ACCESS_DENIED:
        case SSL_AD_DECODE_ERROR:
        case SSL_AD_DECRYPT_ERROR:
        case SSL_AD_INSUFFICIENT_SECURITY:
        case SSL_AD_CERTIFICATE_REQUIRED:
            return true;
        default:
            return false;
    }
}

/// What an alert says by itself. Empty: nothing that is of use.
std::string_view complaint(int alert) {
    switch (alert) {
        case SSL_AD_UNKNOWN_CA:
            return "it does not trust the issuer";
        case SSL_AD_CERTIFICATE_EXPIRED:
            return "it has expired, or one of its issuers, or the server's clock is wrong";
        case SSL_AD_CERTIFICATE_REVOKED:
            return "it has been revoked";
        case SSL_AD_UNSUPPORTED_CERTIFICATE:
            return "it is of a kind the server does not take";
        default:
            return "";
    }
}

/// A kind of key that every server takes.
bool is_usual(std::string_view key) {
    return key.starts_with("RSA,") || key == "EC, prime256v1" || key == "EC, secp384r1";
}

std::string another_kind(std::string_view key) {
    return key.starts_with("RSA,") ? "use a key of another kind, such as EC P-256"
                                   : "use a key of another kind, such as RSA";
}

/// The alert says no more than a fault that we see. Some servers call a certificate expired that is not valid yet.
bool is_told_by_fault(int alert, const std::vector<CertificateFault>& faults) {
    const auto found = [&](Kind kind) {
        return std::ranges::find(faults, kind, &CertificateFault::kind) != faults.end();
    };
    if (alert == SSL_AD_CERTIFICATE_EXPIRED) return found(Kind::date);
    return alert == SSL_AD_UNSUPPORTED_CERTIFICATE && found(Kind::usage);
}

std::string text_of(const std::vector<CertificateFault>& faults) {
    std::string text;
    for (const CertificateFault& fault : faults)
        text += (text.empty() ? "" : "; ") + fault.text;
    return text;
}

/// Why ours was not sent, and the cure.
std::string withheld(const ClientCertificate& ours) {
    return fmt::format("the one in {} was not sent, as the server takes no key or signature of its kind ({}): {}",
                       ours.file, ours.key, another_kind(ours.key));
}

/// Why ours is refused, by what the alert says and by what we see.
std::string reason(const ClientCertificate& ours, int alert) {
    const std::string_view said = is_told_by_fault(alert, ours.faults) ? "" : complaint(alert);
    if (!ours.faults.empty()) return fmt::format("{}{}{}", said, said.empty() ? "" : ": ", text_of(ours.faults));
    if (alert == SSL_AD_UNKNOWN_CA) return fmt::format("{} {}", said, ours.issuer);
    if (!said.empty()) return std::string(said);
    if (is_usual(ours.key)) return fmt::format("perhaps it does not trust the issuer {}", ours.issuer);
    return fmt::format("perhaps it takes no key of its kind ({}): {}", ours.key, another_kind(ours.key));
}

Failure explain_alert(const ClientCertificate& ours, int alert) {
    const std::string quoted = quote_alert(alert);
    if (ours.file.empty())
        return {Errc::client_certificate_required,
                fmt::format("the server requires a client certificate ({}): give --cert and --key", quoted)};
    if (!ours.requested)  // of a session that is resumed
        return {Errc::client_certificate_refused,
                fmt::format("the server does not remember the client certificate in {} ({})", ours.file, quoted)};
    if (!ours.sent)
        return {Errc::client_certificate_required,
                fmt::format("the server requires a client certificate ({}), and {}", quoted, withheld(ours))};
    return {Errc::client_certificate_refused, fmt::format("the server refused the client certificate in {} ({}): {}",
                                                          ours.file, quoted, reason(ours, alert))};
}

std::optional<Failure> explain_closing(const ClientCertificate& ours) {
    constexpr std::string_view none = "the server asked for a client certificate, got none, and closed the connection";
    if (ours.file.empty())
        return Failure(Errc::closed_without_client_certificate, fmt::format("{}: give --cert and --key", none));
    if (!ours.sent)
        return Failure(Errc::closed_without_client_certificate, fmt::format("{}: {}", none, withheld(ours)));
    if (ours.faults.empty()) return std::nullopt;
    return Failure(Errc::closed_on_client_certificate,
                   fmt::format("the server asked for a client certificate, got the one in {}, and closed the "
                               "connection: {}",
                               ours.file, text_of(ours.faults)));
}

std::string of_whom(const std::vector<std::string>& issuers) {
    constexpr std::size_t most = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(issuers.size(), most); ++i)
        text += (i == 0 ? " of " : " or ") + issuers[i];
    if (issuers.size() > most) text += fmt::format(" or {} others", issuers.size() - most);
    return text.empty() ? " of any issuer" : text;
}

}  // namespace

std::optional<Failure> explain(const ClientCertificate& ours, const ServerEnd& end) {
    if (end.spoken) return std::nullopt;
    if (!end.alert && ours.requested) return explain_closing(ours);
    const bool about_certificate = end.alert && (*end.alert == SSL_AD_CERTIFICATE_REQUIRED ||
                                                 (ours.requested && is_about_certificate(*end.alert)));
    return about_certificate ? std::optional(explain_alert(ours, *end.alert)) : std::nullopt;
}

std::string advice(const ClientCertificate& ours) {
    if (!ours.requested) return {};
    if (ours.file.empty()) return "give the client certificate that it asks for (--cert and --key)";
    if (!ours.sent) return "give another client certificate: " + withheld(ours);
    const std::string check = fmt::format("check the client certificate in {}", ours.file);
    return ours.faults.empty() ? check : fmt::format("{}: {}", check, text_of(ours.faults));
}

std::string to_text(const ClientCertificate& ours) {
    if (!ours.requested) return {};
    std::string answer = "it got none, as none was given";
    if (ours.sent)
        answer = fmt::format("it got the one in {} ({})", ours.file, ours.subject);
    else if (!ours.file.empty())
        answer = withheld(ours);
    if (!ours.faults.empty()) answer += ": " + text_of(ours.faults);
    return fmt::format("the server asks for a client certificate{}: {}", of_whom(ours.issuers), answer);
}

}  // namespace mqtts::tls
