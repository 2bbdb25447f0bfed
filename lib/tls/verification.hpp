// SPDX-License-Identifier: Apache-2.0
// Verifies the server: OpenSSL checks chain, validity and name [RFC 5280, RFC 9525]; then come the checks that the
// settings add: revocation lists, a pinned key, days of validity left, a stapled OCSP response. If the settings say
// that the pinned key decides alone, nothing else is verified.
//
// All of it happens within the handshake, so a refused server gets an alert and nothing else.
#pragma once

#include <openssl/types.h>

#include <string>

#include "base/error.hpp"
#include "tls/pem_file.hpp"
#include "tls/policy.hpp"

namespace mqtts::tls {

/// Sets up the verification for every connection of the context. Failure: unusable_ca.
Result<> verify_servers(SSL_CTX* context, const Policy& policy);

/// Sets the name that the server's certificate must have, and sends it as SNI unless it is an IP literal. The outcome
/// will be in evidence_of(ssl). False: no certificate can have such a name.
[[nodiscard]] bool expect_server(SSL* ssl, const std::string& host);

/// Says whether the server would be trusted with these certificates, its own first, now. If so, only the warning in
/// evidence_of(ssl) changes; otherwise nothing does. Call it after expect_server().
[[nodiscard]] bool would_trust(SSL* ssl, const Certificates& certificates);

}  // namespace mqtts::tls
