// SPDX-License-Identifier: Apache-2.0
// Writes the secrets of TLS connections to a file in the format of NSS, which Wireshark reads.
#pragma once

#include <openssl/types.h>

#include "base/error.hpp"
#include "tls/policy.hpp"

namespace mqtts::tls {

/// Appends the secrets of every connection of the context to the settings' file, which is created readable only for its
/// owner; does nothing without a file. Failure (bad_option): it cannot be opened.
Result<> log_keys(SSL_CTX* context, const Policy& policy);

}  // namespace mqtts::tls
