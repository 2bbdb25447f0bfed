// SPDX-License-Identifier: Apache-2.0
// Who we are: the client's certificate with its chain, and its private key.
#pragma once

#include <openssl/types.h>

#include <string>

#include "base/error.hpp"
#include "tls/passphrase.hpp"
#include "tls/policy.hpp"

namespace mqtts::tls {

/// Gives the context the client's certificate and key, after a check that they belong together; nothing where there is
/// none. Both are in files, or named by pkcs11: URIs. `ask` is called where a pass phrase or PIN is wanted that the
/// settings do not have. Failure
/// (unusable_certificate, unusable_key, key_mismatch): names the file, the line where it can, and why.
Result<> identify_client(SSL_CTX* context, const Policy& policy, const AskPassphrase& ask);

/// A sentence about a private key that every user of this machine can read; empty where it is kept well.
[[nodiscard]] std::string exposed_key(const Policy& policy);

}  // namespace mqtts::tls
