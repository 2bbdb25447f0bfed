// SPDX-License-Identifier: Apache-2.0
#include "tls/failure.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "text/escape.hpp"
#include "tls/reason.hpp"

namespace mqtts::tls {

namespace {

constexpr int alert_no_certificate = 41;  // left over from SSL 3.0, and still sent

std::string_view alert_name(int alert) {
    switch (alert) {
        case SSL_AD_CERTIFICATE_REQUIRED:
            return "certificate required";
        case SSL_AD_MISSING_EXTENSION:
            return "missing extension";
        default:
            return SSL_alert_desc_string_long(alert);
    }
}

bool is_about_certificate(int alert) {
    switch (alert) {
        case SSL_AD_HANDSHAKE_FAILURE:  // what TLS 1.2 has to say it with
        case alert_no_certificate:
        case SSL_AD_BAD_CERTIFICATE:
        case SSL_AD_UNSUPPORTED_CERTIFICATE:
        case SSL_AD_CERTIFICATE_REVOKED:
        case SSL_AD_CERTIFICATE_EXPIRED:
        case SSL_AD_CERTIFICATE_UNKNOWN:
        case SSL_AD_UNKNOWN_CA:
        case SSL_AD_ACCESS_DENIED:
        case SSL_AD_CERTIFICATE_REQUIRED:
            return true;
        default:
            return false;
    }
}

std::string_view complaint(int alert) {
    switch (alert) {
        case SSL_AD_UNKNOWN_CA:
            return ": it does not trust the issuer";
        case SSL_AD_CERTIFICATE_EXPIRED:
            return ": it has expired";
        case SSL_AD_CERTIFICATE_REVOKED:
            return ": it has been revoked";
        case SSL_AD_UNSUPPORTED_CERTIFICATE:
            return ": it is of a kind the server does not take";
        default:
            return "";
    }
}

Failure certificate_missing(std::string_view answer) {
    return {Errc::client_certificate_required,
            fmt::format("the server requires a client certificate ({}): give --cert and --key", answer)};
}

Failure explain_certificate_alert(int alert, const Policy& policy) {
    const std::string quoted = fmt::format("TLS alert \"{}\"", alert_name(alert));
    if (policy.certificate_file.empty()) return certificate_missing(quoted);
    return {Errc::client_certificate_refused, fmt::format("the server refused the client certificate in {} ({}){}",
                                                          policy.certificate_file, quoted, complaint(alert))};
}

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

Failure explain_alert(int alert, const Evidence& evidence) {
    if (alert == SSL_AD_CERTIFICATE_REQUIRED || (evidence.certificate_requested && is_about_certificate(alert)))
        return explain_certificate_alert(alert, evidence.policy);
    const std::string quoted = fmt::format("TLS alert \"{}\"", alert_name(alert));
    if (!evidence.policy.shared_key.view().empty() && is_about_shared_key(alert))
        return explain_shared_key_alert(evidence.policy, quoted);
    switch (alert) {
        case SSL_AD_PROTOCOL_VERSION:
            return {Errc::no_common_version, no_common_version(evidence.policy, quoted)};
        case SSL_AD_HANDSHAKE_FAILURE:
        case SSL_AD_INSUFFICIENT_SECURITY:
            return {Errc::no_common_cipher, no_common_cipher(evidence.policy, quoted)};
        case SSL_AD_NO_APPLICATION_PROTOCOL:
            return {Errc::no_common_alpn, no_common_protocol(evidence.policy, quoted)};
        case SSL_AD_UNRECOGNIZED_NAME:
            return {Errc::tls_failed, fmt::format("the server does not serve the name {} ({})", evidence.host, quoted)};
        default:
            return {Errc::tls_failed, fmt::format("the server ended TLS with {}", quoted)};
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
        case SSL_R_DH_KEY_TOO_SMALL:
        case SSL_R_UNKNOWN_CIPHER_RETURNED:
        case SSL_R_WRONG_CIPHER_RETURNED:
            return {Errc::no_common_cipher, fmt::format("the server insists on a cipher too weak for us ({})", reason)};
        default:
            break;
    }
    return {Errc::tls_failed, fmt::format("TLS failed: {}", reason)};
}

// Its first byte is a space; a Remaining Length so small is no text behind it.
bool is_connack(std::string_view bytes) noexcept {
    return bytes.size() >= 2 && bytes[0] == '\x20' && bytes[1] >= 2 && bytes[1] < ' ';
}

/// The text in front of the first byte that is none: the end of a line, or of a pretence.
std::string_view greeting(std::string_view bytes) noexcept {
    const auto end = std::ranges::find_if(bytes, [](char c) { return c < ' ' || c > '~'; });
    return bytes.substr(0, std::min(static_cast<std::size_t>(end - bytes.begin()), longest_greeting));
}

}  // namespace

Failure explain_failure(const Evidence& evidence) {
    const unsigned long error = take_ssl_error();
    if (evidence.objection) return *evidence.objection;
    if (evidence.rejection && !evidence.policy.shared_key.view().empty())
        return explain_certificate_for_shared_key(evidence.policy);
    if (evidence.rejection) return explain(evidence.rejection, evidence.host, evidence.policy);
    if (evidence.alert) return explain_alert(*evidence.alert, evidence);
    return explain_error(error, evidence.policy);
}

Failure explain_end(const Evidence& evidence, std::string_view first_bytes, Failure loss) {
    if (!first_bytes.empty() && !could_be_tls(first_bytes)) return explain_foreign(first_bytes);
    const bool asked_in_vain = evidence.certificate_requested && evidence.policy.certificate_file.empty();
    if (evidence.established) {
        if (asked_in_vain && !evidence.plaintext_received)
            loss.what += "; the server had asked for a client certificate: --cert and --key give one";
        return loss;
    }
    if (asked_in_vain) return certificate_missing("it asked for one, got none, and closed the connection");
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

bool is_telling(std::string_view foreign_bytes) noexcept {
    return greeting(foreign_bytes).size() < std::min(foreign_bytes.size(), longest_greeting) ||
           foreign_bytes.size() >= longest_greeting;
}

Failure explain_foreign(std::string_view first_bytes) {
    const std::string_view text = greeting(first_bytes);
    std::string answer = fmt::format("\"{}\"", text);
    if (text.starts_with("HTTP/"))
        answer = "HTTP";
    else if (text.starts_with("SSH-"))
        answer = "SSH";
    else if (is_connack(first_bytes))
        answer = "plain MQTT";
    else if (text.empty())
        answer = "something that is no text";
    return {Errc::not_tls, fmt::format("this port answers {}, not TLS: is it the right port?", answer)};
}

}  // namespace mqtts::tls
