// SPDX-License-Identifier: Apache-2.0
// The key of a directory of sockets: 16 random bytes in a file that only its owner can read.
#pragma once

#include "base/error.hpp"
#include "share/keyed_hash.hpp"

namespace mqtts::share {

/// Reads the key in the open directory, and makes it if it is missing. Of several processes that do so at once, all get
/// the same key. `path`: of the directory, for the failure.
[[nodiscard]] Result<HashKey> key_in(int directory, const std::string& path);

}  // namespace mqtts::share
