// SPDX-License-Identifier: Apache-2.0
// The two ways of OpenSSL to what is in a token; see pkcs11.hpp for what is done with them.
#pragma once

#include <string>

#include "tls/openssl_handle.hpp"
#include "tls/passphrase.hpp"

namespace mqtts::tls {

struct TokenAccess {
    /// Null, perhaps with errors of OpenSSL, for what no token gives. `pin` is asked when a token wants its PIN.
    OpensslHandle<X509> (*certificate)(const std::string& uri, PassphraseQuestion& pin);
    OpensslHandle<EVP_PKEY> (*private_key)(const std::string& uri, PassphraseQuestion& pin);
    /// Why it was null.
    std::string (*reason)(const PassphraseQuestion& pin);
    /// A token does not have to tell it, and without it nobody can say what an EC key belongs to.
    bool (*lacks_public_key)(const EVP_PKEY* key);
};

/// OpenSSL's engine "pkcs11", of the project libp11. Null: it is not installed, or this OpenSSL has no engines.
[[nodiscard]] const TokenAccess* token_engine();
/// OpenSSL's provider "pkcs11", of the project pkcs11-provider. Null: it is not installed.
[[nodiscard]] const TokenAccess* token_provider();

}  // namespace mqtts::tls
