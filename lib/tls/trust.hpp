// SPDX-License-Identifier: Apache-2.0
// Loads the trusted certificates: a server's chain must lead to one of them.
//
// A CA file or directory replaces the system's trust store, unless the settings ask for both. The system's is used
// through its hashed directory, with one file per certificate, read when it is needed. Parsing the bundle of all of
// them takes longer than the rest of the program, so it is read only if there is no such directory.
#pragma once

#include <openssl/types.h>

#include <string>

#include "base/error.hpp"
#include "tls/policy.hpp"

namespace mqtts::tls {

/// Loads the trusted certificates and the revocation lists. Failure: unusable_ca.
Result<> load_trust(SSL_CTX* context, const Policy& policy);

/// Says where load_trust looked, for messages: "/etc/ca.pem", "the system's trust store (/usr/lib/ssl/certs)".
[[nodiscard]] std::string describe_trust(const Policy& policy);

}  // namespace mqtts::tls
