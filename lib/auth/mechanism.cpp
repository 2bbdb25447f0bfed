// SPDX-License-Identifier: Apache-2.0
#include "auth/mechanism.hpp"

#include <openssl/rand.h>

#include <stdexcept>

#include "auth/scram.hpp"
#include "auth/token.hpp"
#include "text/base64.hpp"

namespace mqtts::auth {

std::unique_ptr<Mechanism> make_mechanism(const Settings& settings) {
    if (const auto hash = scram_hash(settings.method))
        return std::make_unique<Scram>(*hash, settings.user_name, settings.password);
    return std::make_unique<Token>(settings.data_file, settings.data);
}

std::string make_nonce() {
    unsigned char bytes[18];
    if (RAND_bytes(bytes, sizeof bytes) != 1) throw std::runtime_error("OpenSSL has no random numbers");
    return encode_base64({reinterpret_cast<const char*>(bytes), sizeof bytes});
}

}  // namespace mqtts::auth
