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

bool has_lattice_signatures() {
    EVP_SIGNATURE* const found = EVP_SIGNATURE_fetch(nullptr, "ML-DSA-65", nullptr);
    EVP_SIGNATURE_free(found);
    ERR_clear_error();
    return found != nullptr;
}

std::vector<std::string> library_features() {
    std::vector<std::string> features;
#if !defined(OPENSSL_NO_ENGINE) && !defined(MQTTS_WITHOUT_TOKENS)
    features.emplace_back("engines");  // for tokens
#endif
    // By its version: to ask for an algorithm sets up all of OpenSSL, which takes --version a third of its time.
    if (OpenSSL_version_num() >= 0x30500000L) {
        features.emplace_back("X25519MLKEM768");
        features.emplace_back("ML-DSA");
    }
    return features;
}

}  // namespace mqtts::tls
