// SPDX-License-Identifier: Apache-2.0
#include "tls/reason.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <initializer_list>

namespace mqtts::tls {

#if OPENSSL_VERSION_MAJOR < 4 && !defined(OPENSSL_NO_DEPRECATED_3_0)

void put_off_reasons() noexcept {
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS, nullptr);
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_SSL_STRINGS, nullptr);
}

namespace {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"  // there is no other way to load them late

bool read_in() noexcept {
    for (const auto part :
         {ERR_load_ERR_strings,  ERR_load_SSL_strings, ERR_load_X509_strings,  ERR_load_X509V3_strings,
          ERR_load_ASN1_strings, ERR_load_PEM_strings, ERR_load_PKCS7_strings, ERR_load_PKCS12_strings,
          ERR_load_EVP_strings,  ERR_load_RSA_strings, ERR_load_BN_strings,    ERR_load_BIO_strings,
          ERR_load_BUF_strings,  ERR_load_OBJ_strings, ERR_load_CONF_strings,  ERR_load_CRYPTO_strings,
          ERR_load_RAND_strings, ERR_load_UI_strings,  ERR_load_ASYNC_strings, ERR_load_OSSL_STORE_strings})
        part();
#ifndef OPENSSL_NO_EC
    ERR_load_EC_strings();
#endif
#ifndef OPENSSL_NO_OCSP
    ERR_load_OCSP_strings();
#endif
#ifndef OPENSSL_NO_ENGINE
    ERR_load_ENGINE_strings();
#endif
    return true;
}

#pragma GCC diagnostic pop

}  // namespace

const char* reason_text(unsigned long error) noexcept {
    static const bool all_read [[maybe_unused]] = read_in();
    return ERR_reason_error_string(error);
}

#else

void put_off_reasons() noexcept {}

const char* reason_text(unsigned long error) noexcept {
    return ERR_reason_error_string(error);
}

#endif

}  // namespace mqtts::tls
