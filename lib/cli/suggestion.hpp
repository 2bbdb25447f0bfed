// SPDX-License-Identifier: Apache-2.0
// What to give instead of an option that a program does not have.
#pragma once

#include <string>
#include <string_view>

#include "cli/option.hpp"

namespace mqtts::cli {

/// Finds the option meant by a mistyped name or one cut short. Returns nullptr if none is near.
[[nodiscard]] const Option* nearest(Command command, std::string_view name);

/// Returns the hint for an option that `command` does not have: what the option of another tool is called here, which
/// of the two programs has it, which option may be meant, or where all are listed. `spelling` is the option as typed,
/// "-e" or "--name", and `element` the element of the command line that contains it.
[[nodiscard]] std::string suggestion(Command command, std::string_view spelling, std::string_view element);

}  // namespace mqtts::cli
