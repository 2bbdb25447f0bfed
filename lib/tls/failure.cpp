// SPDX-License-Identifier: Apache-2.0
#include "tls/failure.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string>
#include <utility>
#include <vector>

#include "base/joined.hpp"
#include "text/escape.hpp"
#include "text/greeting.hpp"
#include "tls/alert.hpp"
#include "tls/reason.hpp"

namespace mqtts::tls {

namespace {

constexpr std::string_view requires_1_3 = "--tls-version or openssl.cnf requires";
constexpr std::string_view allow_1_2 = "give --tls-version tlsv1.2, or lower MinProtocol in openssl.cnf";

Failure no_common_version(const Policy& policy, std::string_view answer) {
    if (policy.minimum_version == Version::v1_2)
        return {Errc::no_common_version, fmt::format("the server supports neither TLS 1.2 nor TLS 1.3 ({})", answer),
                "enable TLS 1.2 or 1.3 on the server"};
    return {Errc::no_common_version,
            fmt::format("the server does not support TLS 1.3 ({}), which {}", answer, requires_1_3),
            std::string(allow_1_2),
            {"--tls-version"}};
}

/// Names the options that limit what we offer.
std::vector<std::string> limits(const Policy& policy) {
    std::vector<std::string> options;
    if (!policy.ciphers.empty()) options.emplace_back("--ciphers");
    if (!policy.groups.empty()) options.emplace_back("--tls-groups");
    return options;
}

/// Returns the hint about them; empty: there are no limits.
std::string about_limits(const std::vector<std::string>& options) {
    if (options.empty()) return {};
    return fmt::format("check {}, which limit{} what is offered", joined(options, " and "),
                       options.size() == 1 ? "s" : "");
}

Failure no_common_cipher(const Policy& policy, std::string_view answer) {
    return {Errc::no_common_cipher, fmt::format("no cipher in common with the server ({})", answer),
            about_limits(limits(policy)), limits(policy)};
}

Failure no_common_protocol(const Policy& policy, std::string_view answer) {
    const bool offered = !policy.application_protocols.empty();
    return {Errc::no_common_alpn,
            fmt::format("no application protocol in common with the server ({})", answer),
            offered ? "check --tls-alpn" : "give a protocol with --tls-alpn",
            {"--tls-alpn"}};
}

// Is this the alert of a server that does not know the identity, has another key for it, or wants certificates?
bool is_about_shared_key(int alert) {
    switch (alert) {
        case SSL_AD_HANDSHAKE_FAILURE:
        case SSL_AD_UNKNOWN_PSK_IDENTITY:
        case SSL_AD_DECRYPT_ERROR:
        case SSL_AD_BAD_RECORD_MAC:
        case SSL_AD_ILLEGAL_PARAMETER:
            return true;
        default:
            return false;
    }
}

Failure explain_shared_key_alert(const Policy& policy, std::string_view answer) {
    return {
        Errc::shared_key_refused,
        fmt::format("the server does not know the identity \"{}\", has another key for it, or accepts no pre-shared "
                    "keys ({})",
                    escape(policy.shared_key_identity), answer),
        "check --psk-identity and --psk",
        {"--psk-identity", "--psk"}};
}

Failure explain_certificate_for_shared_key(const Policy& policy) {
    return {Errc::untrusted_issuer,
            fmt::format("the server sent a certificate instead of using the pre-shared key of \"{}\"",
                        escape(policy.shared_key_identity)),
            "check that the server has this key",
            {"--psk"}};
}

/// Explains the alert of a server that sent nothing else. Some send it if they support none of our versions.
Failure nothing_in_common(const Policy& policy, std::string_view answer) {
    if (policy.minimum_version == Version::v1_2) return no_common_cipher(policy, answer);
    return {Errc::no_common_version,
            fmt::format("nothing in common with the server ({}): perhaps it does not support TLS 1.3, which {}", answer,
                        requires_1_3),
            or_else(std::string(allow_1_2), about_limits(limits(policy))),
            {"--tls-version"}};
}

/// An internal error is "unrelated to the peer" [RFC 8446, 6.2]: the server may be about to start, or to stop.
Failure ended_with(int alert) {
    return {alert == SSL_AD_INTERNAL_ERROR ? Errc::tls_closed : Errc::tls_failed,
            "the server ended the connection with " + quote_alert(alert)};
}

/// Explains an alert during the handshake, about what we offer.
Failure explain_alert(int alert, const Evidence& evidence) {
    const std::string quoted = quote_alert(alert);
    if (!evidence.policy.shared_key.view().empty() && is_about_shared_key(alert))
        return explain_shared_key_alert(evidence.policy, quoted);
    switch (alert) {
        case SSL_AD_PROTOCOL_VERSION:
            return no_common_version(evidence.policy, quoted);
        case SSL_AD_HANDSHAKE_FAILURE:
        case SSL_AD_INSUFFICIENT_SECURITY:
            if (!evidence.exchange.answered) return nothing_in_common(evidence.policy, quoted);
            return no_common_cipher(evidence.policy, quoted);
        case SSL_AD_NO_APPLICATION_PROTOCOL:
            return no_common_protocol(evidence.policy, quoted);
        case SSL_AD_UNRECOGNIZED_NAME:
            return {Errc::tls_failed, fmt::format("the server does not serve the name {} ({})", evidence.host, quoted),
                    "check the host (-h) and --tls-name"};
        default:
            return ended_with(alert);
    }
}

// Takes the newest error of libssl itself: the errors below it in the queue are its details.
unsigned long take_ssl_error() {
    unsigned long found = 0;
    while (const unsigned long error = ERR_get_error())
        if (found == 0 || ERR_GET_LIB(error) == ERR_LIB_SSL) found = error;
    return found;
}

Failure explain_error(unsigned long error, const Policy& policy) {
    const char* known = reason_text(error);
    const std::string reason = known ? known : "unknown error";
    switch (ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0) {
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_WRONG_SSL_VERSION:
        case SSL_R_WRONG_VERSION_NUMBER:
            return no_common_version(policy, reason);
        case SSL_R_BAD_EXTENSION:  // OpenSSL's error for this answer
            if (policy.application_protocols.empty()) break;
            return {Errc::no_common_alpn,
                    fmt::format("the server chose an application protocol that we did not offer ({})", reason),
                    "check --tls-alpn",
                    {"--tls-alpn"}};
        case SSL_R_BAD_SIGNATURE:
            return {Errc::certificate_invalid,
                    fmt::format("the server did not prove that it has the key of its certificate ({}): the certificate "
                                "may be a copy of another server's, or the server's key file belongs to another "
                                "certificate",
                                reason),
                    "check the certificate and the key file of the server"};
        case SSL_R_NO_SUITABLE_GROUPS:
            return {Errc::no_common_cipher,
                    "--tls-groups has no group for the TLS versions in use",
                    "add another one, such as X25519",
                    {"--tls-groups"}};
        case SSL_R_DH_KEY_TOO_SMALL:
        case SSL_R_UNKNOWN_CIPHER_RETURNED:
        case SSL_R_WRONG_CIPHER_RETURNED:
            return {Errc::no_common_cipher,
                    fmt::format("the server insists on a cipher that is too weak ({})", reason)};
        default:
            break;
    }
    return {Errc::tls_failed, fmt::format("TLS failed: {}", reason)};
}

/// Explains an end after the server had accepted the client: the connection is over, no more. Some servers send an
/// alert when they stop.
Failure explain_loss(unsigned long error, std::optional<int> alert) {
    if (alert) return {Errc::connection_lost, "the server ended the connection with " + quote_alert(*alert)};
    const char* known = reason_text(error);
    return {Errc::connection_lost, fmt::format("TLS failed: {}", known ? known : "unknown error")};
}

}  // namespace

Failure explain_failure(const Evidence& evidence, const ClientCertificate& ours) {
    const unsigned long error = take_ssl_error();
    if (evidence.objection) return *evidence.objection;
    if (evidence.rejection && !evidence.policy.shared_key.view().empty())
        return explain_certificate_for_shared_key(evidence.policy);
    if (evidence.rejection) return explain(evidence.rejection, evidence.host, evidence.policy);
    if (evidence.plaintext_received) return explain_loss(error, evidence.alert);
    if (!evidence.alert) return explain_error(error, evidence.policy);
    if (auto failure = explain(ours, {.alert = evidence.alert})) return *failure;
    // After the handshake no alert is about what was negotiated there.
    Failure failure = evidence.established ? ended_with(*evidence.alert) : explain_alert(*evidence.alert, evidence);
    failure.hint = or_else(std::move(failure.hint), advice(ours));
    return failure;
}

Failure explain_end(const Evidence& evidence, const ClientCertificate& ours, std::string_view first_bytes,
                    Failure loss) {
    if (!first_bytes.empty() && !could_be_tls(first_bytes)) return explain_foreign(first_bytes);
    if (auto failure = explain(ours, {.spoken = evidence.plaintext_received})) return *failure;
    if (evidence.established || ours.sent) return loss;  // TLS 1.2 has our certificate before it is over
    const bool wants_1_3 = evidence.policy.minimum_version == Version::v1_3;
    constexpr std::string_view silent = "the server closed the connection without answering the TLS handshake";
    if (!evidence.exchange.answered && wants_1_3)
        return {Errc::tls_closed, std::string(silent),
                fmt::format("check that this port speaks TLS, and TLS 1.3, which {}", requires_1_3)};
    if (first_bytes.empty()) return {Errc::tls_closed, std::string(silent), "check that this port speaks TLS"};
    return Failure(Errc::tls_closed);
}

bool could_be_tls(std::string_view first_bytes) noexcept {
    // ContentType change_cipher_spec, alert, handshake or application_data; the major version is 3 since SSL 3.0.
    if (!first_bytes.empty() && (first_bytes[0] < 20 || first_bytes[0] > 23)) return false;
    return first_bytes.size() < 2 || first_bytes[1] == 3;
}

Failure explain_foreign(std::string_view first_bytes) {
    return {Errc::not_tls, fmt::format("this port answers {}, not TLS", name_protocol(first_bytes)),
            "check the port (-p)"};
}

}  // namespace mqtts::tls
