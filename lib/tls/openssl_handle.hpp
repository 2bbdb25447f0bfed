// SPDX-License-Identifier: Apache-2.0
// Owns OpenSSL's objects: each handle frees its object.
#pragma once

#include <openssl/ocsp.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>

namespace mqtts::tls {

struct OpensslFree {
    void operator()(ASN1_TIME* object) const noexcept { ASN1_TIME_free(object); }
    void operator()(BIO* object) const noexcept { BIO_free(object); }
    void operator()(BIO_METHOD* object) const noexcept { BIO_meth_free(object); }
    void operator()(EVP_PKEY* object) const noexcept { EVP_PKEY_free(object); }
    void operator()(GENERAL_NAMES* object) const noexcept { GENERAL_NAMES_free(object); }
    void operator()(OCSP_BASICRESP* object) const noexcept { OCSP_BASICRESP_free(object); }
    void operator()(OCSP_CERTID* object) const noexcept { OCSP_CERTID_free(object); }
    void operator()(OCSP_RESPONSE* object) const noexcept { OCSP_RESPONSE_free(object); }
    void operator()(PKCS8_PRIV_KEY_INFO* object) const noexcept { PKCS8_PRIV_KEY_INFO_free(object); }
    void operator()(PBE2PARAM* object) const noexcept { PBE2PARAM_free(object); }
    void operator()(EVP_CIPHER* object) const noexcept { EVP_CIPHER_free(object); }
    void operator()(PKCS7* object) const noexcept { PKCS7_free(object); }
    void operator()(X509_REQ* object) const noexcept { X509_REQ_free(object); }
    void operator()(X509_SIG* object) const noexcept { X509_SIG_free(object); }
    void operator()(PKCS12* object) const noexcept { PKCS12_free(object); }
    void operator()(SSL* object) const noexcept { SSL_free(object); }
    void operator()(SSL_CTX* object) const noexcept { SSL_CTX_free(object); }
    void operator()(SSL_SESSION* object) const noexcept { SSL_SESSION_free(object); }
    void operator()(STACK_OF(X509) * object) const noexcept { sk_X509_free(object); }  // not what is in it
    void operator()(X509* object) const noexcept { X509_free(object); }
    void operator()(X509_CRL* object) const noexcept { X509_CRL_free(object); }
    void operator()(X509_STORE_CTX* object) const noexcept { X509_STORE_CTX_free(object); }
    void operator()(unsigned char* object) const noexcept { OPENSSL_free(object); }
};

template <class T>
using OpensslHandle = std::unique_ptr<T, OpensslFree>;

}  // namespace mqtts::tls
