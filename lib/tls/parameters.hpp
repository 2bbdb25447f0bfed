// SPDX-License-Identifier: Apache-2.0
// What TLS may negotiate: versions, ciphers, groups, application protocols.
#pragma once

#include <openssl/types.h>

#include "base/error.hpp"
#include "tls/policy.hpp"

namespace mqtts::tls {

/// TLS 1.2 and 1.3 only, OpenSSL's default ciphers at security level 2, no renegotiation; then what the settings say.
/// Failure (bad_option): the cipher or group that does not exist, or that would lower the level.
Result<> restrict_protocol(SSL_CTX* context, const Policy& policy);

}  // namespace mqtts::tls
