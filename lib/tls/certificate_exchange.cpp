// SPDX-License-Identifier: Apache-2.0
#include "tls/certificate_exchange.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string_view>

#include "tls/certificate_fault.hpp"
#include "tls/certificate_text.hpp"
#include "tls/evidence.hpp"

namespace mqtts::tls {

namespace {

int observe_request(SSL* ssl, void*) {
    evidence_of(ssl).exchange.requested = true;
    return 1;
}

void observe_message(int written, int, int type, const void* data, std::size_t size, SSL* ssl, void*) {
    if (type != SSL3_RT_HANDSHAKE || size == 0) return;
    CertificateExchange& exchange = evidence_of(ssl).exchange;
    const std::string_view message{static_cast<const char*>(data), size};
    if (written == 0)
        exchange.answered = true;
    else if (message.front() == SSL3_MT_CERTIFICATE)
        exchange.sent = message;
}

/// Removes a part from the front of `bytes` and returns it. The part has its length, of `length_bytes` bytes, in front.
/// A part that is cut off is returned as far as it goes.
std::string_view take_part(std::string_view& bytes, std::size_t length_bytes) {
    std::size_t length = 0;
    for (const char byte : bytes.substr(0, length_bytes))
        length = length << 8 | static_cast<unsigned char>(byte);
    bytes.remove_prefix(std::min(length_bytes, bytes.size()));
    const std::string_view part = bytes.substr(0, length);
    bytes.remove_prefix(part.size());
    return part;
}

/// Decodes the Certificate message [RFC 5246, 7.4.2; RFC 8446, 4.4.2].
Certificates certificates_in(std::string_view message, bool is_1_3) {
    Certificates certificates;
    message.remove_prefix(std::min<std::size_t>(4, message.size()));
    if (is_1_3) take_part(message, 1);  // certificate_request_context
    for (std::string_view list = take_part(message, 3); !list.empty();) {
        const std::string_view der = take_part(list, 3);
        if (is_1_3) take_part(list, 2);  // extensions
        const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
        OpensslHandle<X509> certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
        if (certificate) certificates.push_back(std::move(certificate));
    }
    return certificates;
}

}  // namespace

void watch_exchange(SSL* ssl) {
    SSL_set_cert_cb(ssl, observe_request, nullptr);
    SSL_set_msg_callback(ssl, observe_message);
}

void unwatch_exchange(SSL* ssl) {
    SSL_set_msg_callback(ssl, nullptr);
}

ClientCertificate client_certificate_of(const SSL* ssl) {
    ERR_set_mark();  // the caller still needs the errors in the queue
    const Evidence& evidence = evidence_of(ssl);
    const Certificates sent = certificates_in(evidence.exchange.sent, SSL_version(ssl) == TLS1_3_VERSION);
    ClientCertificate ours{
        .requested = evidence.exchange.requested, .sent = !sent.empty(), .file = evidence.policy.certificate_file};
    const STACK_OF(X509_NAME)* wanted = SSL_get0_peer_CA_list(ssl);
    for (int index = 0; index < sk_X509_NAME_num(wanted); ++index)
        ours.issuers.push_back(to_text(sk_X509_NAME_value(wanted, index)));
    if (const X509* own = SSL_get_certificate(ssl); own != nullptr && ours.requested) {
        ours.subject = to_text(X509_get_subject_name(own));
        ours.issuer = to_text(X509_get_issuer_name(sent.empty() ? own : sent.back().get()));
        ours.key = key_kind(X509_get0_pubkey(own));
        ours.faults = faults_of(sent, wanted);
    }
    ERR_pop_to_mark();
    return ours;
}

}  // namespace mqtts::tls
