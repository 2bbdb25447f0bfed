// SPDX-License-Identifier: Apache-2.0
// What the scripts of all shells are made of.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/option.hpp"
#include "cli/property.hpp"

namespace mqtts::cli {

/// The options that a program has and does not refuse.
[[nodiscard]] std::vector<const Option*> own_options(Command command);

/// Replaces each of the marks, "@program@", in a script.
[[nodiscard]] std::string fill(std::string_view script,
                               std::initializer_list<std::pair<std::string_view, std::string_view>> marks);

/// The text with a backslash before each of the characters `special`.
[[nodiscard]] std::string with_backslashes(std::string_view text, std::string_view special);

/// What may follow -D, and what a command there, separated by blanks.
[[nodiscard]] std::string property_command_names();
[[nodiscard]] std::string property_names(const PropertyCommand& command);

}  // namespace mqtts::cli
