// SPDX-License-Identifier: Apache-2.0
// Checks OCSP staples [RFC 6066, section 8]: the server sends what its issuer says about the certificate.
#pragma once

#include <openssl/types.h>

#include "base/error.hpp"

namespace mqtts::tls {

/// Checks that there is a response, that the issuer or its delegate signed it, that it is current, and that it says
/// "good". OpenSSL's status callback calls it once the chain is verified. Failure: certificate_revoked, staple_missing.
Result<> check_staple(SSL* ssl);

}  // namespace mqtts::tls
