// SPDX-License-Identifier: Apache-2.0
// Says which OpenSSL runs here, and which optional features it has.
#pragma once

#include <string>
#include <vector>

namespace mqtts::tls {

/// Returns the version of the library that runs, "3.0.17"; it may be newer than the one we were compiled with.
[[nodiscard]] std::string library_version();

/// Lists the features that differ between OpenSSLs, by the names that people search for. "X25519MLKEM768" and "ML-DSA"
/// are derived from the version: OpenSSL 3.5 added them.
[[nodiscard]] std::vector<std::string> library_features();

}  // namespace mqtts::tls
