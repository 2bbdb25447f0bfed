// SPDX-License-Identifier: Apache-2.0
// Finds a private key that others can read.
#pragma once

#include <string>

#include "tls/finding.hpp"
#include "tls/policy.hpp"

namespace mqtts::tls {

/// Returns where the private key is: in the file of the certificate unless it has a file of its own. A path or a
/// pkcs11: URI, or empty.
[[nodiscard]] const std::string& path_of_key(const Policy& policy) noexcept;

/// Returns the warning about a private key that every user of this machine can read. An empty cause: all is well.
[[nodiscard]] Finding exposed_key(const Policy& policy);

}  // namespace mqtts::tls
