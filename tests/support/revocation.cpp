// SPDX-License-Identifier: Apache-2.0
#include "support/revocation.hpp"

#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace mqtts::test {

namespace {

struct Free {
    void operator()(ASN1_TIME* p) const noexcept { ASN1_TIME_free(p); }
    void operator()(BIO* p) const noexcept { BIO_free(p); }
    void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
    void operator()(OCSP_BASICRESP* p) const noexcept { OCSP_BASICRESP_free(p); }
    void operator()(OCSP_CERTID* p) const noexcept { OCSP_CERTID_free(p); }
    void operator()(OCSP_RESPONSE* p) const noexcept { OCSP_RESPONSE_free(p); }
    void operator()(X509* p) const noexcept { X509_free(p); }
    void operator()(X509_CRL* p) const noexcept { X509_CRL_free(p); }
    void operator()(unsigned char* p) const noexcept { OPENSSL_free(p); }
};
template <class T>
using Handle = std::unique_ptr<T, Free>;

void check(bool done, const char* step) {
    if (!done) throw std::runtime_error(std::string("revocation failed: ") + step);
}

Handle<BIO> reader(const std::string& text) {
    return Handle<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Handle<X509> certificate_in(const std::string& pem) {
    Handle<X509> certificate(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr));
    check(certificate != nullptr, "certificate");
    return certificate;
}

Handle<EVP_PKEY> key_of(const Authority& authority) {
    Handle<EVP_PKEY> key(PEM_read_bio_PrivateKey(reader(authority.key_pem()).get(), nullptr, nullptr, nullptr));
    check(key != nullptr, "key");
    return key;
}

Handle<ASN1_TIME> time_in_days(int days) {
    return Handle<ASN1_TIME>(X509_time_adj_ex(nullptr, days, 0, nullptr));
}

// Begins before it ends, even when the end has passed.
Handle<ASN1_TIME> begin_of(int until_days) {
    return time_in_days(until_days < 0 ? until_days - 1 : -1);
}

void add(X509_CRL* list, const Identity& identity, const ASN1_TIME* when) {
    const Handle<X509> certificate = certificate_in(identity.certificate_pem);
    X509_REVOKED* entry = X509_REVOKED_new();
    check(entry && X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate.get())) == 1 &&
              X509_REVOKED_set_revocationDate(entry, const_cast<ASN1_TIME*>(when)) == 1 &&
              X509_CRL_add0_revoked(list, entry) == 1,
          "entry");
}

}  // namespace

std::string revocation_list(const Authority& authority, const std::vector<Identity>& revoked, int until_days) {
    const Handle<X509_CRL> list(X509_CRL_new());
    const Handle<X509> issuer = certificate_in(authority.certificate_pem());
    const Handle<ASN1_TIME> from = begin_of(until_days);
    check(X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1 &&
              X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.get())) == 1 &&
              X509_CRL_set1_lastUpdate(list.get(), from.get()) == 1 &&
              X509_CRL_set1_nextUpdate(list.get(), time_in_days(until_days).get()) == 1,
          "list");
    for (const Identity& identity : revoked)
        add(list.get(), identity, from.get());
    check(X509_CRL_sort(list.get()) == 1 && X509_CRL_sign(list.get(), key_of(authority).get(), EVP_sha256()) > 0,
          "signature");
    const Handle<BIO> memory(BIO_new(BIO_s_mem()));
    check(PEM_write_bio_X509_CRL(memory.get(), list.get()) == 1, "PEM");
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string ocsp_response(const Authority& authority, const Identity& about, const OcspAnswer& answer) {
    const Handle<X509> issuer = certificate_in(authority.certificate_pem());
    const Handle<X509> certificate = certificate_in(about.certificate_pem);
    const Handle<OCSP_CERTID> id(
        OCSP_cert_to_id(answer.sha256 ? EVP_sha256() : EVP_sha1(), certificate.get(), issuer.get()));
    const Handle<OCSP_BASICRESP> basic(OCSP_BASICRESP_new());
    const Handle<ASN1_TIME> from = begin_of(answer.until_days);
    const Handle<ASN1_TIME> until = time_in_days(answer.until_days);
    const int status = answer.revoked ? V_OCSP_CERTSTATUS_REVOKED : V_OCSP_CERTSTATUS_GOOD;
    check(OCSP_basic_add1_status(basic.get(), id.get(), status, OCSP_REVOKED_STATUS_KEYCOMPROMISE, from.get(),
                                 from.get(), until.get()) != nullptr,
          "OCSP answer");
    check(OCSP_basic_sign(basic.get(), issuer.get(), key_of(authority).get(), EVP_sha256(), nullptr, 0) == 1,
          "OCSP signature");
    const Handle<OCSP_RESPONSE> response(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
    unsigned char* der = nullptr;
    const int size = i2d_OCSP_RESPONSE(response.get(), &der);
    const Handle<unsigned char> owner(der);
    check(size > 0, "OCSP response");
    return {reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)};
}

}  // namespace mqtts::test
