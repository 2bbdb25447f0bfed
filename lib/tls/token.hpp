// SPDX-License-Identifier: Apache-2.0
// OpenSSL's two ways to the objects in a token; pkcs11.hpp uses them.
#pragma once

#include <string>

#include "tls/openssl_handle.hpp"
#include "tls/passphrase.hpp"

namespace mqtts::tls {

struct TokenAccess {
    /// Load the object; null, perhaps with errors of OpenSSL: no token provides it. `pin` is asked when a token wants
    /// its PIN.
    OpensslHandle<X509> (*certificate)(const std::string& uri, PassphraseQuestion& pin);
    OpensslHandle<EVP_PKEY> (*private_key)(const std::string& uri, PassphraseQuestion& pin);
    /// Says why it was null.
    std::string (*reason)(const PassphraseQuestion& pin);
    /// Says whether the key has no public half. A token may withhold it; without it nobody can tell which certificate
    /// an EC key belongs to.
    bool (*lacks_public_key)(const EVP_PKEY* key);
};

/// Returns OpenSSL's engine "pkcs11", of the project libp11. Null: it is not installed, or this OpenSSL has no engines.
[[nodiscard]] const TokenAccess* token_engine();
/// Returns OpenSSL's provider "pkcs11", of the project pkcs11-provider. Null: it is not installed.
[[nodiscard]] const TokenAccess* token_provider();

}  // namespace mqtts::tls
