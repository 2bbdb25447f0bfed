// SPDX-License-Identifier: Apache-2.0
#include "tls/shared_key.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "tls/evidence.hpp"
#include "tls/openssl_handle.hpp"

namespace mqtts::tls {

namespace {

// Forward secrecy comes first. RSA-PSK is left out: it needs a certificate. In TLS 1.3 an external key is bound to
// SHA-256, so suites with another hash cannot use it.
constexpr const char* ciphers = "kECDHEPSK:kDHEPSK:kPSK:!eNULL:!AESCCM8";
constexpr const char* suites = "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256";

unsigned provide_shared_key(SSL* ssl, const char*, char* identity, unsigned identity_size, unsigned char* key,
                            unsigned key_size) {
    const Policy& policy = evidence_of(ssl).policy;
    const std::string_view our_key = policy.shared_key.view();
    const std::string& our_identity = policy.shared_key_identity;
    if (our_identity.size() >= identity_size || our_key.size() > key_size) return 0;
    *std::copy(our_identity.begin(), our_identity.end(), identity) = '\0';
    std::copy(our_key.begin(), our_key.end(), key);
    return static_cast<unsigned>(our_key.size());
}

}  // namespace

void use_shared_key(SSL_CTX* context, const Policy& policy) {
    if (policy.shared_key.view().empty()) return;
    SSL_CTX_set_psk_client_callback(context, provide_shared_key);
    SSL_CTX_set_cipher_list(context, ciphers);
    SSL_CTX_set_ciphersuites(context, suites);
}

}  // namespace mqtts::tls
