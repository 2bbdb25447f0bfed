// SPDX-License-Identifier: Apache-2.0
// What --explain prints: which settings are in force, and where each of them comes from.
#pragma once

#include <span>
#include <string>

#include "cli/given.hpp"

namespace mqtts::cli {

/// One line for each option in force, in the order of the table, as it would stand in a configuration file, and its
/// source; secrets are hidden. `given` is everything there was, in the order applied.
[[nodiscard]] std::string explain(std::span<const Given> given);

}  // namespace mqtts::cli
