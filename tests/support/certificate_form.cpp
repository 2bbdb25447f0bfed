// SPDX-License-Identifier: Apache-2.0
#include "support/certificate_form.hpp"

#include <openssl/pem.h>
#include <openssl/rand.h>

#include <stdexcept>
#include <utility>

namespace mqtts::test {

namespace {

struct Free {
    void operator()(BIO* p) const noexcept { BIO_free(p); }
    void operator()(GENERAL_NAMES* p) const noexcept { GENERAL_NAMES_free(p); }
    void operator()(X509_EXTENSION* p) const noexcept { X509_EXTENSION_free(p); }
};
template <class T>
using Handle = std::unique_ptr<T, Free>;

void check(bool done, const std::string& step) {
    if (!done) throw std::runtime_error("making a certificate failed: " + step);
}

template <class Write>
std::string pem_of(Write write) {
    const Handle<BIO> memory(BIO_new(BIO_s_mem()));
    check(memory && write(memory.get()) == 1, "PEM");
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

EVP_PKEY* make_key(const std::string& kind) {
    constexpr std::string_view rsa = "RSA ";
    if (kind.starts_with(rsa)) return EVP_RSA_gen(std::stoul(kind.substr(rsa.size())));
    if (kind.starts_with("ED")) return EVP_PKEY_Q_keygen(nullptr, nullptr, kind.c_str());
    return EVP_EC_gen(kind.c_str());
}

void set_serial(X509* certificate) {
    std::uint64_t serial = 0;
    check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "serial");
    check(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1) == 1, "serial");
}

void set_names(X509* certificate, const X509* issuer, const std::string& common_name) {
    X509_NAME* subject = X509_get_subject_name(certificate);
    const auto* text = reinterpret_cast<const unsigned char*>(common_name.data());
    if (!common_name.empty())
        check(X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, text,
                                         static_cast<int>(common_name.size()), -1, 0) == 1,
              "subject");
    check(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1, "issuer");
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    if (value.empty()) return;
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Handle<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    check(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value);
}

// Built without OpenSSL's configuration syntax: a test may want a comma or a control character in a name.
void add_alternative_names(X509* certificate, const std::vector<AlternativeName>& alternative_names) {
    if (alternative_names.empty()) return;
    const Handle<GENERAL_NAMES> names(GENERAL_NAMES_new());
    for (const auto& [kind, value] : alternative_names) {
        ASN1_STRING* text = kind == GEN_IPADD ? a2i_IPADDRESS(value.c_str()) : ASN1_IA5STRING_new();
        if (kind != GEN_IPADD) check(ASN1_STRING_set(text, value.data(), static_cast<int>(value.size())) == 1, value);
        GENERAL_NAME* name = GENERAL_NAME_new();
        check(name && text, value);
        GENERAL_NAME_set0_value(name, kind, text);
        check(sk_GENERAL_NAME_push(names.get(), name) > 0, value);
    }
    check(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) == 1, "subjectAltName");
}

void add_extensions(X509* certificate, X509* issuer, const CertificateForm& form) {
    add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
    add_extension(certificate, issuer, NID_basic_constraints, form.constraints);
    add_extension(certificate, issuer, NID_key_usage, form.usage);
    add_extension(certificate, issuer, NID_ext_key_usage, form.extended_usage);
    add_extension(certificate, issuer, NID_name_constraints, form.name_constraints);
    if (issuer != certificate) add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
    add_alternative_names(certificate, form.names);
}

}  // namespace

CertificateForm authority_form(std::string name) {
    return {.common_name = std::move(name),
            .constraints = "critical,CA:TRUE",
            .usage = "critical,keyCertSign,cRLSign",
            .extended_usage = ""};
}

Certified::Certified(const CertificateForm& form, const Certified* issuer)
    : key_(make_key(form.key)), certificate_(X509_new()) {
    check(key_ && certificate_, form.key);
    X509* certificate = certificate_.get();
    X509* signer = issuer ? issuer->certificate_.get() : certificate;
    check(X509_set_version(certificate, X509_VERSION_3) == 1, "version");
    set_serial(certificate);
    set_names(certificate, signer, form.common_name);
    check(X509_time_adj_ex(X509_getm_notBefore(certificate), form.valid_from_days, 0, nullptr), "notBefore");
    check(X509_time_adj_ex(X509_getm_notAfter(certificate), form.valid_until_days, 0, nullptr), "notAfter");
    check(X509_set_pubkey(certificate, key_.get()) == 1, "public key");
    add_extensions(certificate, signer, form);
    const EVP_MD* digest = form.digest.empty() ? nullptr : EVP_get_digestbyname(form.digest.c_str());
    check(X509_sign(certificate, issuer ? issuer->key_.get() : key_.get(), digest) > 0, "signature " + form.digest);
}

std::string Certified::pem() const {
    return pem_of([this](BIO* out) { return PEM_write_bio_X509(out, certificate_.get()); });
}

std::string Certified::key_pem() const {
    return pem_of([this](BIO* out) {
        return PEM_write_bio_PKCS8PrivateKey(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
}

}  // namespace mqtts::test
