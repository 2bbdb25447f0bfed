// SPDX-License-Identifier: Apache-2.0
#include "support/certificates.hpp"

#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <stdexcept>
#include <utility>

namespace mqtts::test {

namespace {

struct Free {
    void operator()(X509* p) const noexcept { X509_free(p); }
    void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
    void operator()(BIO* p) const noexcept { BIO_free(p); }
    void operator()(GENERAL_NAMES* p) const noexcept { GENERAL_NAMES_free(p); }
    void operator()(X509_EXTENSION* p) const noexcept { X509_EXTENSION_free(p); }
};
template <class T>
using Handle = std::unique_ptr<T, Free>;

void check(bool done, const char* step) {
    if (!done) throw std::runtime_error(std::string("making a certificate failed: ") + step);
}

template <class Write>
std::string pem(Write write) {
    Handle<BIO> memory(BIO_new(BIO_s_mem()));
    check(memory && write(memory.get()) == 1, "PEM");
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string to_pem(X509* certificate) {
    return pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

std::string to_pem(EVP_PKEY* key) {
    return pem(
        [&](BIO* out) { return PEM_write_bio_PKCS8PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
}

Handle<EVP_PKEY> make_key(const CertificateOptions& options) {
    Handle<EVP_PKEY> key;
    if (!options.key_type.empty())
        key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, options.key_type.c_str()));
    else
        key.reset(options.rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
    check(key != nullptr, "key");
    return key;
}

void set_serial(X509* certificate) {
    std::uint64_t serial = 0;
    check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "serial");
    check(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1) == 1, "serial");
}

void set_validity(X509* certificate, const CertificateOptions& options) {
    check(X509_time_adj_ex(X509_getm_notBefore(certificate), options.valid_from_days, 0, nullptr), "notBefore");
    check(X509_time_adj_ex(X509_getm_notAfter(certificate), options.valid_until_days, 0, nullptr), "notAfter");
}

void set_subject(X509* certificate, const std::string& common_name) {
    if (common_name.empty()) return;
    const auto* text = reinterpret_cast<const unsigned char*>(common_name.data());
    check(X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8, text,
                                     static_cast<int>(common_name.size()), -1, 0) == 1,
          "subject");
}

void add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    Handle<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    check(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value);
}

void add_name(GENERAL_NAMES* names, int kind, ASN1_STRING* value) {
    GENERAL_NAME* name = GENERAL_NAME_new();
    check(name && value, "subjectAltName");
    GENERAL_NAME_set0_value(name, kind, value);
    check(sk_GENERAL_NAME_push(names, name) > 0, "subjectAltName");
}

// Built without OpenSSL's configuration syntax: a test may want a comma or a control character in a name.
void add_alternative_names(X509* certificate, const CertificateOptions& options) {
    if (options.dns_names.empty() && options.ip_addresses.empty()) return;
    Handle<GENERAL_NAMES> names(GENERAL_NAMES_new());
    for (const std::string& dns_name : options.dns_names) {
        ASN1_IA5STRING* text = ASN1_IA5STRING_new();
        ASN1_STRING_set(text, dns_name.data(), static_cast<int>(dns_name.size()));
        add_name(names.get(), GEN_DNS, text);
    }
    for (const std::string& address : options.ip_addresses)
        add_name(names.get(), GEN_IPADD, a2i_IPADDRESS(address.c_str()));
    check(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) == 1, "subjectAltName");
}

void add_usage(X509* certificate, X509* issuer, const CertificateOptions& options) {
    add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
    if (options.authority) {
        add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE");
        add_extension(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else {
        add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE");
        add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature");
        add_extension(certificate, issuer, NID_ext_key_usage, options.client ? "clientAuth" : "serverAuth");
    }
    if (issuer != certificate) add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
}

// The newer kinds of key have their own.
const EVP_MD* digest_for(EVP_PKEY* key) {
    return EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "EC") == 1 ? EVP_sha256() : nullptr;
}

// Signed by `issuer` with `issuer_key`; without an issuer, by itself.
Handle<X509> make_certificate(const CertificateOptions& options, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
    Handle<X509> certificate(X509_new());
    check(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1, "X509");
    if (!issuer) {
        issuer = certificate.get();
        issuer_key = key;
    }
    set_serial(certificate.get());
    set_validity(certificate.get(), options);
    set_subject(certificate.get(), options.common_name);
    check(X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer)) == 1, "issuer");
    check(X509_set_pubkey(certificate.get(), key) == 1, "public key");
    add_usage(certificate.get(), issuer, options);
    add_alternative_names(certificate.get(), options);
    check(X509_sign(certificate.get(), issuer_key, digest_for(issuer_key)) > 0, "signature");
    return certificate;
}

}  // namespace

std::string encrypted_key_pem(const Identity& identity, const std::string& passphrase) {
    Handle<BIO> input(BIO_new_mem_buf(identity.key_pem.data(), static_cast<int>(identity.key_pem.size())));
    Handle<EVP_PKEY> key(PEM_read_bio_PrivateKey(input.get(), nullptr, nullptr, nullptr));
    check(key != nullptr, "key");
    return pem([&](BIO* out) {
        return PEM_write_bio_PKCS8PrivateKey(out, key.get(), EVP_aes_256_cbc(), passphrase.data(),
                                             static_cast<int>(passphrase.size()), nullptr, nullptr);
    });
}

Identity self_signed(const CertificateOptions& options) {
    const auto key = make_key(options);
    return {to_pem(make_certificate(options, key.get(), nullptr, nullptr).get()), to_pem(key.get())};
}

Authority::Authority(std::string name, CertificateOptions options) {
    options.common_name = std::move(name);
    options.authority = true;
    key_.reset(make_key(options).release());
    certificate_.reset(make_certificate(options, key_.get(), nullptr, nullptr).release());
    certificate_pem_ = to_pem(certificate_.get());
}

std::string Authority::key_pem() const {
    return to_pem(key_.get());
}

Identity Authority::issue(const CertificateOptions& options) const {
    const auto key = make_key(options);
    const auto certificate = make_certificate(options, key.get(), certificate_.get(), key_.get());
    return {to_pem(certificate.get()) + chain_pem_, to_pem(key.get())};
}

Authority Authority::intermediate(std::string name) const {
    Authority result;
    result.key_.reset(make_key({}).release());
    const CertificateOptions options{.common_name = std::move(name), .authority = true};
    result.certificate_.reset(make_certificate(options, result.key_.get(), certificate_.get(), key_.get()).release());
    result.certificate_pem_ = to_pem(result.certificate_.get());
    result.chain_pem_ = result.certificate_pem_ + chain_pem_;
    return result;
}

}  // namespace mqtts::test
