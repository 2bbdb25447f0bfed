// SPDX-License-Identifier: Apache-2.0
// Is the server who it should be? Chain, validity and name as OpenSSL verifies them [RFC 5280, RFC 9525]; then what the
// settings ask for on top: revocation lists, a pinned key, days of validity left, a stapled OCSP response. If they say
// that the pinned key decides alone, that is all there is to verify.
//
// All of it happens within the handshake, so that a server that is refused hears an alert and nothing else.
#pragma once

#include <openssl/types.h>

#include <string>

#include "base/error.hpp"
#include "tls/pem_file.hpp"
#include "tls/policy.hpp"

namespace mqtts::tls {

/// What holds for every connection of the context. Failure: unusable_ca.
Result<> verify_servers(SSL_CTX* context, const Policy& policy);

/// Expects this server at the other end; its name goes out as SNI, an IP literal does not. The outcome will stand in
/// evidence_of(ssl). False: no certificate can be for such a name.
[[nodiscard]] bool expect_server(SSL* ssl, const std::string& host);

/// Would the server be trusted if it came with these certificates, its own first, now? Nothing is noted in
/// evidence_of(ssl) but the warning, if it would. After expect_server().
[[nodiscard]] bool would_trust(SSL* ssl, const Certificates& certificates);

}  // namespace mqtts::tls
