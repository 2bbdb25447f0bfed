// SPDX-License-Identifier: Apache-2.0
// Lists a directory.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mqtts::os {

/// Returns the names in the open directory, sorted, without "." and "..". Leaves the descriptor as it is. Nothing:
/// errno tells why.
[[nodiscard]] std::optional<std::vector<std::string>> names_in(int directory);

}  // namespace mqtts::os
