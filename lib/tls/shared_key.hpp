// SPDX-License-Identifier: Apache-2.0
// TLS with a pre-shared key instead of certificates: TLS 1.2 with the cipher suites of RFC 4279 and RFC 5489, TLS 1.3
// with an external key [RFC 8446, section 2.2]. The key proves both the server and the client.
#pragma once

#include <openssl/types.h>

#include "tls/policy.hpp"

namespace mqtts::tls {

/// Offers the key of the settings, and no cipher that works without it; does nothing without a key.
void use_shared_key(SSL_CTX* context, const Policy& policy);

}  // namespace mqtts::tls
