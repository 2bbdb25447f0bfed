// SPDX-License-Identifier: Apache-2.0
// Helpers for the scripts of all shells.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/option.hpp"
#include "cli/property.hpp"

namespace mqtts::cli {

/// Lists the options that a program has and does not refuse.
[[nodiscard]] std::vector<const Option*> own_options(Command command);

/// Replaces each of the marks, such as "@program@", in a script.
[[nodiscard]] std::string fill(std::string_view script,
                               std::initializer_list<std::pair<std::string_view, std::string_view>> marks);

/// Puts a backslash before each of the characters `special` in a text.
[[nodiscard]] std::string with_backslashes(std::string_view text, std::string_view special);

/// Lists, separated by blanks, the words that may follow -D, and those that may follow such a command.
[[nodiscard]] std::string property_command_names();
[[nodiscard]] std::string property_names(const PropertyCommand& command);

}  // namespace mqtts::cli
