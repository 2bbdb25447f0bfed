// SPDX-License-Identifier: Apache-2.0
// What --help prints, and what an unknown option is answered.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/option.hpp"

namespace mqtts::cli {

/// The options most people need, or every one with the values it takes.
enum class Detail : std::uint8_t { common, all };

[[nodiscard]] std::string help(Command command, Detail detail);

/// The option meant by a mistyped name or one cut short; nothing: there is none.
[[nodiscard]] const Option* nearest(Command command, std::string_view name);

/// What to do about an option that `command` does not have: which one may be meant, or where it belongs. `spelling` is
/// the option as typed, "-e" or "--name"; `element` the element of the command line it stands in.
[[nodiscard]] std::string advice(Command command, std::string_view spelling, std::string_view element);

}  // namespace mqtts::cli
