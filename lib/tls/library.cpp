// SPDX-License-Identifier: Apache-2.0
#include "tls/library.hpp"

#include <openssl/crypto.h>
#include <openssl/opensslv.h>

namespace mqtts::tls {

namespace {

#if defined(MQTTS_OPENSSL_LINKED_IN)
// The library that runs is the one that we were compiled with. Asking it would link in what the answers to other
// questions need, which is nearly all of it.
const char* version_text() {
    return OPENSSL_VERSION_STR;
}
unsigned long version_number() {
    return OPENSSL_VERSION_NUMBER;
}
#else
const char* version_text() {
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}
unsigned long version_number() {
    return OpenSSL_version_num();
}
#endif

}  // namespace

std::string library_version() {
    return version_text();
}

std::vector<std::string> library_features() {
    std::vector<std::string> features;
#if !defined(OPENSSL_NO_ENGINE) && !defined(MQTTS_WITHOUT_TOKENS)
    features.emplace_back("engines");  // for tokens
#endif
    // Derived from the version. Asking for an algorithm sets up all of OpenSSL, and --version would take a third
    // longer.
    if (version_number() >= 0x30500000L) {
        features.emplace_back("X25519MLKEM768");
        features.emplace_back("ML-DSA");
    }
    return features;
}

}  // namespace mqtts::tls
