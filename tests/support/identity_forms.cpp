// SPDX-License-Identifier: Apache-2.0
#include "support/identity_forms.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <stdexcept>

namespace mqtts::test {

namespace {

struct Free {
    void operator()(X509* p) const noexcept { X509_free(p); }
    void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
    void operator()(PKCS12* p) const noexcept { PKCS12_free(p); }
    void operator()(BIO* p) const noexcept { BIO_free(p); }
    void operator()(STACK_OF(X509) * p) const noexcept { sk_X509_pop_free(p, X509_free); }
};
template <class T>
using Handle = std::unique_ptr<T, Free>;

Handle<BIO> memory_of(const std::string& text) {
    return Handle<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Handle<EVP_PKEY> key_of(const Identity& identity) {
    return Handle<EVP_PKEY>(PEM_read_bio_PrivateKey(memory_of(identity.key_pem).get(), nullptr, nullptr, nullptr));
}

template <class Write>
std::string written(Write write) {
    const Handle<BIO> memory(BIO_new(BIO_s_mem()));
    if (write(memory.get()) != 1) throw std::runtime_error("encoding a certificate or key failed");
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

std::string certificate_der(const Identity& identity) {
    const Handle<X509> certificate(
        PEM_read_bio_X509(memory_of(identity.certificate_pem).get(), nullptr, nullptr, nullptr));
    return written([&](BIO* out) { return i2d_X509_bio(out, certificate.get()); });
}

std::string key_der(const Identity& identity, const std::string& passphrase) {
    return written([&](BIO* out) {
        return i2d_PKCS8PrivateKey_bio(out, key_of(identity).get(), passphrase.empty() ? nullptr : EVP_aes_256_cbc(),
                                       passphrase.data(), static_cast<int>(passphrase.size()), nullptr, nullptr);
    });
}

std::string old_encrypted_key_pem(const Identity& identity, const std::string& passphrase) {
    return written([&](BIO* out) {
        return PEM_write_bio_PrivateKey_traditional(out, key_of(identity).get(), EVP_aes_128_cbc(),
                                                    reinterpret_cast<const unsigned char*>(passphrase.data()),
                                                    static_cast<int>(passphrase.size()), nullptr, nullptr);
    });
}

std::string pkcs12(const Identity& identity, const std::string& passphrase, bool mac) {
    const auto chain = memory_of(identity.certificate_pem);
    const Handle<X509> certificate(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
    const Handle<STACK_OF(X509)> issuers(sk_X509_new_null());
    while (X509* issuer = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr))
        sk_X509_unshift(issuers.get(), issuer);
    ERR_clear_error();  // of the end
    const Handle<PKCS12> file(PKCS12_create(passphrase.c_str(), "client", key_of(identity).get(), certificate.get(),
                                            issuers.get(), 0, 0, 0, mac ? 0 : -1, 0));
    return written([&](BIO* out) { return i2d_PKCS12_bio(out, file.get()); });
}

}  // namespace mqtts::test
