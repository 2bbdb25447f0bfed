// SPDX-License-Identifier: Apache-2.0
// Whom to believe: the certificates from which a server's chain has to start.
//
// A CA file or directory replaces the system's trust store, unless that is asked for as well. The system's is consulted
// through its hashed directory, one file per certificate looked up when it is needed: parsing the bundle of all of them
// costs more than the rest of the program together, so it is read only where there is no such directory.
#pragma once

#include <openssl/types.h>

#include <string>

#include "base/error.hpp"
#include "tls/policy.hpp"

namespace mqtts::tls {

/// Revocation lists, too. Failure: unusable_ca.
Result<> load_trust(SSL_CTX* context, const Policy& policy);

/// Where load_trust looked, for people: "/etc/ca.pem", "the system's trust store (/usr/lib/ssl/certs)".
[[nodiscard]] std::string describe_trust(const Policy& policy);

}  // namespace mqtts::tls
