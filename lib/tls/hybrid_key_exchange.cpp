// SPDX-License-Identifier: Apache-2.0
#include "tls/hybrid_key_exchange.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

namespace mqtts::tls {

bool has_hybrid_key_exchange() {
    EVP_KEYMGMT* const found = EVP_KEYMGMT_fetch(nullptr, "X25519MLKEM768", nullptr);
    EVP_KEYMGMT_free(found);
    ERR_clear_error();
    return found != nullptr;
}

}  // namespace mqtts::tls
