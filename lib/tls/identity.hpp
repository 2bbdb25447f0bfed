// SPDX-License-Identifier: Apache-2.0
// Loads the client's certificate with its chain, and its private key.
#pragma once

#include <openssl/types.h>

#include "base/error.hpp"
#include "tls/passphrase.hpp"
#include "tls/policy.hpp"

namespace mqtts::tls {

/// Gives the context the client's certificate and key, after a check that they belong together; does nothing without a
/// certificate. Both are in files, or named by pkcs11: URIs. `ask` is called for a pass phrase or PIN that the settings
/// do not have. Failure (unusable_certificate, unusable_key, key_mismatch): names the file, if possible the line, and
/// the reason.
Result<> identify_client(SSL_CTX* context, const Policy& policy, const AskPassphrase& ask);

}  // namespace mqtts::tls
