// SPDX-License-Identifier: Apache-2.0
// What TLS may negotiate: versions, ciphers, groups, application protocols.
#pragma once

#include "base/error.hpp"
#include "tls/openssl_handle.hpp"
#include "tls/policy.hpp"

namespace mqtts::transport {

/// TLS 1.2 and 1.3 only, OpenSSL's default ciphers at security level 2, no renegotiation; then what the settings say.
/// Failure (bad_option): the cipher or group that does not exist, or that would lower the level.
Result<> restrict_protocol(SSL_CTX* context, const TlsSettings& settings);

}  // namespace mqtts::transport
