// SPDX-License-Identifier: Apache-2.0
#include "tls/resumption.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <optional>
#include <string_view>

#include "tls/openssl_handle.hpp"
#include "tls/pem_file.hpp"
#include "tls/verification.hpp"

namespace mqtts::tls {

namespace {

constexpr std::int64_t longest_lifetime = std::int64_t{7} * 24 * 3600;  // [RFC 8446, section 4.6.1]

/// Appends the field after its length, so that no two lists of fields look the same.
void add(std::string& fields, std::string_view field) {
    fields += fmt::format("{}:{}", field.size(), field);
}

void add(std::string& fields, std::int64_t number) {
    add(fields, std::to_string(number));
}

template <class T>
std::string der(const T* object, int (*encode)(const T*, unsigned char**)) {
    unsigned char* bytes = nullptr;
    const int size = encode(object, &bytes);
    const OpensslHandle<unsigned char> owner(bytes);
    return size <= 0 ? std::string()
                     : std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::string digest(std::string_view text) {
    Pin sum{};
    EVP_Digest(text.data(), text.size(), sum.data(), nullptr, EVP_sha256(), nullptr);
    std::string digits;
    for (const unsigned char byte : sum)
        digits += fmt::format("{:02x}", byte);
    return digits;
}

/// Adds the content of the files, not their names. Directories are added by name: OpenSSL reads them when it verifies.
void add_trust(std::string& fields, SSL_CTX* context, const Policy& policy) {
    const STACK_OF(X509_OBJECT)* objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context));
    add(fields, sk_X509_OBJECT_num(objects));
    for (int index = 0; index < sk_X509_OBJECT_num(objects); ++index) {
        X509_OBJECT* object = sk_X509_OBJECT_value(objects, index);
        if (const X509* certificate = X509_OBJECT_get0_X509(object)) add(fields, der(certificate, i2d_X509));
        if (const X509_CRL* list = X509_OBJECT_get0_X509_CRL(object)) add(fields, der(list, i2d_X509_CRL));
    }
    add(fields, policy.ca_path);
    add(fields, policy.uses_system_store());
    for (const Pin& pin : policy.pins)
        add(fields, {reinterpret_cast<const char*>(pin.data()), pin.size()});
    if (policy.pins_suffice) add(fields, "alone");  // cannot be mistaken for a pin, which has 32 bytes
    add(fields, policy.minimum_days_remaining ? std::int64_t{*policy.minimum_days_remaining} : -1);
}

void add_identity(std::string& fields, SSL_CTX* context) {
    const X509* certificate = SSL_CTX_get0_certificate(context);
    add(fields, certificate ? der(certificate, i2d_X509) : std::string());
}

void add_parameters(std::string& fields, SSL_CTX* context, const Policy& policy) {
    add(fields, SSL_CTX_get_min_proto_version(context));
    add(fields, SSL_CTX_get_security_level(context));
    add(fields, policy.ciphers);
    add(fields, policy.groups);
    for (const std::string& protocol : policy.application_protocols)
        add(fields, protocol);
}

/// The content of a cache file: when the session expires, in digits and a line feed, the session, and the server's
/// certificates.
struct KeptSession {
    std::int64_t ends = 0;
    OpensslHandle<SSL_SESSION> session;
    std::string chain;
    Certificates certificates;
};

std::optional<KeptSession> decode_session(std::string_view text) {
    KeptSession kept;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), kept.ends);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || digits == text.size() || *end != '\n') return std::nullopt;
    const auto* next = reinterpret_cast<const unsigned char*>(end) + 1;
    const auto* const last = reinterpret_cast<const unsigned char*>(text.data() + text.size());
    kept.session.reset(d2i_SSL_SESSION(nullptr, &next, last - next));
    kept.chain.assign(reinterpret_cast<const char*>(next), static_cast<std::size_t>(last - next));
    while (kept.session && next != last) {
        kept.certificates.emplace_back(d2i_X509(nullptr, &next, last - next));
        if (!kept.certificates.back()) kept.session.reset();
    }
    ERR_clear_error();
    if (!kept.session || kept.certificates.empty()) return std::nullopt;
    return kept;
}

std::string chain_of(const SSL* ssl) {
    const STACK_OF(X509)* certificates = SSL_get_peer_cert_chain(ssl);
    std::string chain;
    for (int index = 0; index < sk_X509_num(certificates); ++index)
        chain += der<X509>(sk_X509_value(certificates, index), i2d_X509);
    return chain;
}

std::string ticket_of(const SSL_SESSION* session) {
    const unsigned char* ticket = nullptr;
    std::size_t size = 0;
    SSL_SESSION_get0_ticket(session, &ticket, &size);
    return {reinterpret_cast<const char*>(ticket), size};
}

/// Returns seconds since 1970, also after 2038 if OpenSSL has the function for it. Only 32 bits of its result are used:
/// OpenSSL may have been built with a shorter time_t than we are.
std::int64_t begin_of(const SSL_SESSION* session) {
#if OPENSSL_VERSION_NUMBER >= 0x30300000L
    return static_cast<std::uint32_t>(SSL_SESSION_get_time_ex(session));
#else
    return std::int64_t{SSL_SESSION_get_time(session)};
#endif
}

std::int64_t end_of(const SSL_SESSION* session) {
    const unsigned long lifetime = SSL_SESSION_get_ticket_lifetime_hint(session);  // seconds
    return begin_of(session) + static_cast<std::int64_t>(std::min<unsigned long>(lifetime, longest_lifetime));
}

}  // namespace

std::string session_realm(SSL_CTX* context, const Policy& policy) {
    const bool has_key = !policy.shared_key.view().empty();
    if (!policy.session_cache || !policy.verify || has_key || policy.staple_required) return {};
    std::string fields;
    add_trust(fields, context, policy);
    add_identity(fields, context);
    add_parameters(fields, context, policy);
    return digest(fields);
}

Resumption::Resumption(const std::string& realm, const std::string& destination, const std::string& server)
    : cache_(SessionCache::of_user()) {
    std::string fields;
    for (const std::string& field : {realm, destination, server})
        add(fields, field);
    name_ = digest(fields);
    if (!cache_) trouble_ = one_line(cache_.error());
}

void Resumption::offer(SSL* ssl) {
    if (!cache_) return;
    const auto content = cache_->take(name_);
    if (!content) trouble_ = one_line(content.error());
    if (!content || !*content) return;
    const auto kept = decode_session((*content)->view());
    if (!kept || kept->ends <= std::time(nullptr) || !would_trust(ssl, kept->certificates)) return;
    if (SSL_set_session(ssl, kept->session.get()) != 1) return ERR_clear_error();
    ticket_ = Secret(ticket_of(kept->session.get()));
    chain_ = kept->chain;
    ends_ = kept->ends;
}

void Resumption::keep(const SSL* ssl) {
    const SSL_SESSION* session = SSL_get0_session(ssl);
    if (!cache_ || SSL_version(ssl) != TLS1_3_VERSION || !SSL_SESSION_is_resumable(session)) return;
    if (ticket_of(session) == ticket_.view()) return;  // it was used, and no new one came [RFC 8446, C.4]
    const bool resumed = SSL_session_reused(ssl) == 1;
    const std::int64_t ends = resumed ? std::min(ends_, end_of(session)) : end_of(session);
    if (ends <= std::time(nullptr)) return;
    const Secret content(
        fmt::format("{}\n{}{}", ends, der(session, i2d_SSL_SESSION), resumed ? chain_ : chain_of(ssl)));
    if (const auto kept = cache_->keep(name_, content.view()); !kept) trouble_ = one_line(kept.error());
}

}  // namespace mqtts::tls
