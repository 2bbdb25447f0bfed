// SPDX-License-Identifier: Apache-2.0
#include "tls/failure.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "text/escape.hpp"
#include "text/greeting.hpp"
#include "tls/alert.hpp"
#include "tls/reason.hpp"

namespace mqtts::tls {

namespace {

std::string no_common_version(const Policy& policy, std::string_view answer) {
    if (policy.minimum_version == Version::v1_2)
        return fmt::format("the server supports neither TLS 1.2 nor TLS 1.3 ({})", answer);
    return fmt::format("the server does not support TLS 1.3 ({}), and --tls-version or openssl.cnf wants no less",
                       answer);
}

std::string no_common_cipher(const Policy& policy, std::string_view answer) {
    const bool limited = !policy.ciphers.empty() || !policy.groups.empty();
    return fmt::format("no cipher in common with the server ({}){}", answer,
                       limited ? ": --ciphers and --tls-groups limit what we offer" : "");
}

std::string no_common_protocol(const Policy& policy, std::string_view answer) {
    const bool offered = !policy.application_protocols.empty();
    return fmt::format("no application protocol in common with the server ({}): {}", answer,
                       offered ? "is --tls-alpn right?" : "give one with --tls-alpn");
}

// What servers say that know no such identity, that are shown another key than theirs, or that want certificates.
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
    return {Errc::shared_key_refused,
            fmt::format("the server does not know the identity \"{}\", has another key for it, or takes no pre-shared "
                        "keys ({}): are --psk-identity and --psk right?",
                        escape(policy.shared_key_identity), answer)};
}

Failure explain_certificate_for_shared_key(const Policy& policy) {
    return {Errc::untrusted_issuer,
            fmt::format("the server came with a certificate, not with the pre-shared key of \"{}\": does it have one?",
                        escape(policy.shared_key_identity))};
}

/// A server that has answered nothing but this. Some say so where they speak no version of ours.
Failure nothing_in_common(const Policy& policy, std::string_view answer) {
    if (policy.minimum_version == Version::v1_2) return {Errc::no_common_cipher, no_common_cipher(policy, answer)};
    const bool limited = !policy.ciphers.empty() || !policy.groups.empty();
    return {
        Errc::no_common_version,
        fmt::format("nothing in common with the server ({}): perhaps it does not support TLS 1.3, and --tls-version "
                    "or openssl.cnf wants no less{}",
                    answer, limited ? "; --ciphers and --tls-groups limit what we offer, too" : "")};
}

/// An internal error is "unrelated to the peer" [RFC 8446, 6.2]: the server may be about to start, or to stop.
Failure ended_with(int alert) {
    return {alert == SSL_AD_INTERNAL_ERROR ? Errc::tls_closed : Errc::tls_failed,
            "the server ended TLS with " + quote_alert(alert)};
}

/// In the handshake, about what we offer.
Failure explain_alert(int alert, const Evidence& evidence) {
    const std::string quoted = quote_alert(alert);
    if (!evidence.policy.shared_key.view().empty() && is_about_shared_key(alert))
        return explain_shared_key_alert(evidence.policy, quoted);
    switch (alert) {
        case SSL_AD_PROTOCOL_VERSION:
            return {Errc::no_common_version, no_common_version(evidence.policy, quoted)};
        case SSL_AD_HANDSHAKE_FAILURE:
        case SSL_AD_INSUFFICIENT_SECURITY:
            if (!evidence.exchange.answered) return nothing_in_common(evidence.policy, quoted);
            return {Errc::no_common_cipher, no_common_cipher(evidence.policy, quoted)};
        case SSL_AD_NO_APPLICATION_PROTOCOL:
            return {Errc::no_common_alpn, no_common_protocol(evidence.policy, quoted)};
        case SSL_AD_UNRECOGNIZED_NAME:
            return {Errc::tls_failed, fmt::format("the server does not serve the name {} ({})", evidence.host, quoted)};
        default:
            return ended_with(alert);
    }
}

// The newest error of libssl itself: what lies below it in the queue are its details.
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
            return {Errc::no_common_version, no_common_version(policy, reason)};
        case SSL_R_BAD_EXTENSION:  // what OpenSSL says to this answer
            if (policy.application_protocols.empty()) break;
            return {Errc::no_common_alpn,
                    fmt::format("the server chose an application protocol we did not offer ({}): is --tls-alpn right?",
                                reason)};
        case SSL_R_BAD_SIGNATURE:
            return {Errc::certificate_invalid,
                    fmt::format("the server did not prove that it has the key of its certificate ({}): perhaps the "
                                "certificate is copied from another server, or its key file is not the one for it",
                                reason)};
        case SSL_R_NO_SUITABLE_GROUPS:
            return {
                Errc::no_common_cipher,
                "none of the groups in --tls-groups serves the versions of TLS we speak: add another, such as X25519"};
        case SSL_R_DH_KEY_TOO_SMALL:
        case SSL_R_UNKNOWN_CIPHER_RETURNED:
        case SSL_R_WRONG_CIPHER_RETURNED:
            return {Errc::no_common_cipher, fmt::format("the server insists on a cipher too weak for us ({})", reason)};
        default:
            break;
    }
    return {Errc::tls_failed, fmt::format("TLS failed: {}", reason)};
}

/// The server had let us in, so this says no more than that the connection is over: some that stop say it in an alert.
Failure explain_loss(unsigned long error, std::optional<int> alert) {
    if (alert) return {Errc::connection_lost, "the server ended TLS with " + quote_alert(*alert)};
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
    // Behind the handshake no alert is about what was negotiated there.
    Failure failure = evidence.established ? ended_with(*evidence.alert) : explain_alert(*evidence.alert, evidence);
    if (ours.requested) failure.what += ": " + advice(ours);
    return failure;
}

Failure explain_end(const Evidence& evidence, const ClientCertificate& ours, std::string_view first_bytes,
                    Failure loss) {
    if (!first_bytes.empty() && !could_be_tls(first_bytes)) return explain_foreign(first_bytes);
    if (auto failure = explain(ours, {.spoken = evidence.plaintext_received})) return *failure;
    if (evidence.established || ours.sent) return loss;  // TLS 1.2 has our certificate before it is over
    const bool wants_1_3 = evidence.policy.minimum_version == Version::v1_3;
    if (!evidence.exchange.answered && wants_1_3)
        return {
            Errc::tls_closed,
            "the server closed the connection without answering the TLS handshake: does this port speak TLS, and TLS "
            "1.3, as --tls-version or openssl.cnf wants no less?"};
    if (first_bytes.empty())
        return {Errc::tls_closed,
                "the server closed the connection without answering the TLS handshake: does this port speak TLS?"};
    return Failure(Errc::tls_closed);
}

bool could_be_tls(std::string_view first_bytes) noexcept {
    // ContentType change_cipher_spec, alert, handshake or application_data; the major version is 3 since SSL 3.0.
    if (!first_bytes.empty() && (first_bytes[0] < 20 || first_bytes[0] > 23)) return false;
    return first_bytes.size() < 2 || first_bytes[1] == 3;
}

Failure explain_foreign(std::string_view first_bytes) {
    return {Errc::not_tls,
            fmt::format("this port answers {}, not TLS: is it the right port?", name_protocol(first_bytes))};
}

}  // namespace mqtts::tls
