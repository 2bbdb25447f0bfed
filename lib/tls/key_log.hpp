// SPDX-License-Identifier: Apache-2.0
// A file with the secrets of TLS connections, as NSS writes it and Wireshark reads it.
#pragma once

#include <openssl/types.h>

#include "base/error.hpp"
#include "tls/policy.hpp"

namespace mqtts::tls {

/// Appends the secrets of every connection of the context to the settings' file, which is made if need be, for its
/// owner alone; nothing where there is no file. Failure (bad_option): it cannot be opened.
Result<> log_keys(SSL_CTX* context, const Policy& policy);

}  // namespace mqtts::tls
