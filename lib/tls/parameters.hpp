// SPDX-License-Identifier: Apache-2.0
// Limits what TLS may negotiate: versions, ciphers, groups, application protocols.
#pragma once

#include <openssl/types.h>

#include "base/error.hpp"
#include "tls/policy.hpp"

namespace mqtts::tls {

/// Allows TLS 1.2 and 1.3 only, OpenSSL's default ciphers at security level 2, no renegotiation; then applies the
/// settings. Failure (bad_option): names the cipher or group that does not exist or would lower the level.
Result<> restrict_protocol(SSL_CTX* context, const Policy& policy);

}  // namespace mqtts::tls
