// SPDX-License-Identifier: Apache-2.0
// What --help prints.
#pragma once

#include <cstdint>
#include <string>

#include "cli/option.hpp"

namespace mqtts::cli {

/// The options most people need, or all of them with the values they take and the exit statuses.
enum class Detail : std::uint8_t { common, all };

/// Writes the help of a program for a terminal of 80 columns.
[[nodiscard]] std::string help(Command command, Detail detail);

}  // namespace mqtts::cli
