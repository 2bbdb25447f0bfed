// SPDX-License-Identifier: Apache-2.0
// Asks OpenSSL for a key exchange that resists quantum computers.
#pragma once

namespace mqtts::tls {

/// Says whether it has X25519MLKEM768, a key exchange that resists quantum computers. OpenSSL 3.5 added it.
[[nodiscard]] bool has_hybrid_key_exchange();

}  // namespace mqtts::tls
