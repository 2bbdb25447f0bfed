// SPDX-License-Identifier: Apache-2.0
// Until when a connection that is open may still be used as if it had just been made.
#pragma once

#include <openssl/types.h>

#include <chrono>
#include <optional>

#include "tls/policy.hpp"

namespace mqtts::tls {

/// Returns the first moment at which a new handshake with the same certificates would fail, as far as dates decide
/// that: a certificate of the server's chain or of ours expires, or has fewer days left than the settings demand; a
/// revocation list or a stapled OCSP response is out of date. Nothing: no date decides. Precondition: the handshake is
/// done.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> usable_until(SSL* ssl, const Policy& policy);

}  // namespace mqtts::tls
