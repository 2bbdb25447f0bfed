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

/// What differs from one OpenSSL to another, by the names that people search for. What came with a version is told by
/// the version: "X25519MLKEM768" and "ML-DSA" since 3.5.
[[nodiscard]] std::vector<std::string> library_features();

}  // namespace mqtts::tls
