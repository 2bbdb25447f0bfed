// SPDX-License-Identifier: Apache-2.0
// A file with the secrets of TLS connections, as NSS writes it and Wireshark reads it.
#pragma once

#include <openssl/types.h>

#include <string>

#include "base/error.hpp"
#include "tls/policy.hpp"

namespace mqtts::tls {

/// Appends the secrets of every connection of the context to the settings' file, which is made if need be, for its
/// owner alone; nothing where there is no file. Failure (bad_option): it cannot be opened.
Result<> log_keys(SSL_CTX* context, const Policy& policy);

/// Can it be written? It is made if need be. Failure: as above.
[[nodiscard]] Result<> check_key_log(const std::string& path);

}  // namespace mqtts::tls
