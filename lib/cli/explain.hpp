// SPDX-License-Identifier: Apache-2.0
// What --explain prints: the settings in force, and where each of them comes from.
#pragma once

#include <span>
#include <string>

#include "cli/given.hpp"

namespace mqtts::cli {

/// Writes a line for each option in force, in the order of the table, as in a configuration file, and its source. Hides
/// secrets. `given` lists all options in the order applied.
[[nodiscard]] std::string explain(std::span<const Given> given);

}  // namespace mqtts::cli
