// SPDX-License-Identifier: Apache-2.0
#include "tls/library.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

namespace mqtts::tls {

std::string library_version() {
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}

bool has_hybrid_key_exchange() {
    EVP_KEYMGMT* const found = EVP_KEYMGMT_fetch(nullptr, "X25519MLKEM768", nullptr);
    EVP_KEYMGMT_free(found);
    ERR_clear_error();
    return found != nullptr;
}

std::vector<std::string> library_features() {
    std::vector<std::string> features;
#if !defined(OPENSSL_NO_ENGINE) && !defined(MQTTS_WITHOUT_TOKENS)
    features.emplace_back("engines");  // for tokens
#endif
    // Derived from the version. Asking for an algorithm sets up all of OpenSSL, and --version would take a third
    // longer.
    if (OpenSSL_version_num() >= 0x30500000L) {
        features.emplace_back("X25519MLKEM768");
        features.emplace_back("ML-DSA");
    }
    return features;
}

}  // namespace mqtts::tls
