// SPDX-License-Identifier: Apache-2.0
// Scripts that teach a shell the options of a program, made from the table of options.
#pragma once

#include <string>

#include "cli/kinds.hpp"
#include "cli/option.hpp"

namespace mqtts::cli {

/// Writes the script for one program, which --completions prints.
[[nodiscard]] std::string completions(Command command, Shell shell);

[[nodiscard]] std::string bash_completions(Command command);
[[nodiscard]] std::string zsh_completions(Command command);
[[nodiscard]] std::string fish_completions(Command command);

}  // namespace mqtts::cli
