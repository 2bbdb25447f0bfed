// SPDX-License-Identifier: Apache-2.0
// Which OpenSSL runs here, and what of it not every OpenSSL has.
#pragma once

#include <string>
#include <vector>

namespace mqtts::tls {

/// "3.0.17": of the library that runs, which may be newer than the one we were compiled with.
[[nodiscard]] std::string library_version();

/// "X25519MLKEM768": it can agree on keys that no quantum computer will find out. Since OpenSSL 3.5.
[[nodiscard]] bool has_hybrid_key_exchange();

/// "ML-DSA": it can verify and make signatures that no quantum computer will forge. Since OpenSSL 3.5.
[[nodiscard]] bool has_lattice_signatures();

/// What differs from one OpenSSL to another, by the names that people search for.
[[nodiscard]] std::vector<std::string> library_features();

}  // namespace mqtts::tls
