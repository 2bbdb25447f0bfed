// SPDX-License-Identifier: Apache-2.0
// OCSP stapling [RFC 6066, section 8]: the server brings along what its issuer says about its certificate.
#pragma once

#include <openssl/types.h>

#include "base/error.hpp"

namespace mqtts::tls {

/// The response must be there, from the issuer or whom it entrusts with that, current, and say "good". For OpenSSL's
/// status callback, which comes when the chain is verified. Failure: certificate_revoked, staple_missing.
Result<> check_staple(SSL* ssl);

}  // namespace mqtts::tls
