// SPDX-License-Identifier: Apache-2.0
// --share-status: the keepers of this user.
#pragma once

#include <string>

#include "base/error.hpp"

namespace mqtts::program {

/// Asks all keepers, and lists them, a line each: "localhost:8883: process 4711, connected for 12 s, 3 messages, idle
/// for 2 s, ends in 58 s"; or as one JSON object with the array "keepers". Failure: the directory is not ours alone.
[[nodiscard]] Result<std::string> share_status(bool is_json);

}  // namespace mqtts::program
