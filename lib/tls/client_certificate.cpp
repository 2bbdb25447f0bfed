// SPDX-License-Identifier: Apache-2.0
#include "tls/client_certificate.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/joined.hpp"
#include "tls/alert.hpp"
#include "tls/finding.hpp"

namespace mqtts::tls {

namespace {

using Kind = CertificateFault::Kind;

/// Does this alert complain about a certificate, once the server has asked for one? Many servers use alerts that are
/// not meant for that: TLS 1.2 has none for a missing certificate, and some notice a fault only when they check our
/// signature.
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

/// Says what an alert means by itself. Empty: it does not help.
Finding complaint(int alert) {
    switch (alert) {
        case SSL_AD_UNKNOWN_CA:
            return {"the server does not trust its issuer",
                    "use a certificate from an authority that the server trusts"};
        case SSL_AD_CERTIFICATE_EXPIRED:
            return {"it or one of its issuers has expired, or the server's clock is wrong",
                    "check the dates of the certificate's issuers, and the server's clock"};
        case SSL_AD_CERTIFICATE_REVOKED:
            return {"it has been revoked", "use another client certificate"};
        case SSL_AD_UNSUPPORTED_CERTIFICATE:
            return {"the server does not accept certificates of this kind", "use another client certificate"};
        default:
            return {};
    }
}

/// Does every server accept this type of key?
bool is_usual(std::string_view key) {
    return key.starts_with("RSA,") || key == "EC, prime256v1" || key == "EC, secp384r1";
}

std::string another_type(std::string_view key) {
    return fmt::format("another type of key, such as {}", key.starts_with("RSA,") ? "EC P-256" : "RSA");
}

/// Does the alert say no more than a fault that we see? Some servers call a certificate expired that is not valid yet.
bool is_told_by_fault(int alert, const std::vector<CertificateFault>& faults) {
    const auto found = [&](Kind kind) {
        return std::ranges::find(faults, kind, &CertificateFault::kind) != faults.end();
    };
    if (alert == SSL_AD_CERTIFICATE_EXPIRED) return found(Kind::date);
    return alert == SSL_AD_UNSUPPORTED_CERTIFICATE && found(Kind::usage);
}

/// Joins the faults into one finding, which has each cure once.
Finding merged(const std::vector<CertificateFault>& faults) {
    std::vector<std::string_view> causes;
    std::vector<std::string_view> cures;
    for (const CertificateFault& fault : faults) {
        causes.push_back(fault.cause);
        if (std::ranges::find(cures, fault.cure) == cures.end()) cures.push_back(fault.cure);
    }
    return {joined(causes, ", and "), joined(cures, ", and ")};
}

/// Says why ours was not sent.
Finding withheld(const ClientCertificate& ours) {
    return {fmt::format("the one in {} was not sent because the server accepts no key or signature of its type ({})",
                        ours.file, ours.key),
            "use " + another_type(ours.key)};
}

/// Says why ours is refused, from the alert and from what we see.
Finding reason(const ClientCertificate& ours, int alert) {
    Finding said = is_told_by_fault(alert, ours.faults) ? Finding{} : complaint(alert);
    if (!ours.faults.empty()) {
        Finding seen = merged(ours.faults);
        return {said.cause.empty() ? seen.cause : fmt::format("{}: {}", said.cause, seen.cause), std::move(seen.cure)};
    }
    if (alert == SSL_AD_UNKNOWN_CA) said.cause += " " + ours.issuer;
    if (!said.cause.empty()) return said;
    if (is_usual(ours.key))
        return {fmt::format("perhaps the server does not trust its issuer {}", ours.issuer),
                "check which issuers the server trusts"};
    return {fmt::format("perhaps the server accepts no key of its type ({})", ours.key),
            "use " + another_type(ours.key)};
}

Failure explain_alert(const ClientCertificate& ours, int alert) {
    const std::string requires_one = fmt::format("the server requires a client certificate ({})", quote_alert(alert));
    if (ours.file.empty())
        return {Errc::client_certificate_required, requires_one, "give --cert and --key", {"--cert", "--key"}};
    if (!ours.requested)  // in a session that is resumed
        return {Errc::client_certificate_refused,
                fmt::format("the server does not remember the client certificate in {} ({})", ours.file,
                            quote_alert(alert)),
                {},
                {ours.file}};
    if (!ours.sent) {
        Finding why = withheld(ours);
        return {Errc::client_certificate_required,
                fmt::format("{}, but {}", requires_one, why.cause),
                std::move(why.cure),
                {ours.file}};
    }
    Finding why = reason(ours, alert);
    return {Errc::client_certificate_refused,
            fmt::format("the server refused the client certificate in {} ({}): {}", ours.file, quote_alert(alert),
                        why.cause),
            std::move(why.cure),
            {ours.file}};
}

std::optional<Failure> explain_closing(const ClientCertificate& ours) {
    constexpr std::string_view none = "the server asked for a client certificate, got none, and closed the connection";
    if (ours.file.empty())
        return Failure(Errc::closed_without_client_certificate, std::string(none), "give --cert and --key",
                       {"--cert", "--key"});
    if (!ours.sent) {
        Finding why = withheld(ours);
        return Failure(Errc::closed_without_client_certificate, fmt::format("{}: {}", none, why.cause),
                       std::move(why.cure), {ours.file});
    }
    if (ours.faults.empty()) return std::nullopt;
    Finding seen = merged(ours.faults);
    return Failure(Errc::closed_on_client_certificate,
                   fmt::format("the server asked for a client certificate, got the one in {}, and closed the "
                               "connection: {}",
                               ours.file, seen.cause),
                   std::move(seen.cure), {ours.file});
}

std::string from_whom(const std::vector<std::string>& issuers) {
    constexpr std::size_t most = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(issuers.size(), most); ++i)
        text += (i == 0 ? "" : " or ") + issuers[i];
    if (issuers.size() > most) text += fmt::format(" or {} others", issuers.size() - most);
    return text.empty() ? "any issuer" : text;
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
    if (ours.file.empty()) return "give the client certificate that the server asks for with --cert and --key";
    if (!ours.sent)
        return fmt::format("give a client certificate with {}: {}", another_type(ours.key), withheld(ours).cause);
    const std::string check = fmt::format("check the client certificate in {}", ours.file);
    return ours.faults.empty() ? check : fmt::format("{}: {}", check, merged(ours.faults).cause);
}

std::string to_text(const ClientCertificate& ours) {
    if (!ours.requested) return {};
    std::string answer = "none was given";
    if (ours.sent)
        answer = fmt::format("the one in {} ({}) was sent", ours.file, ours.subject);
    else if (!ours.file.empty())
        answer = withheld(ours).cause;
    if (!ours.faults.empty()) answer += ", but " + merged(ours.faults).cause;
    return fmt::format("the server asks for a client certificate from {}: {}", from_whom(ours.issuers), answer);
}

}  // namespace mqtts::tls
