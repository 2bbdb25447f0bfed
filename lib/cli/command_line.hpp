// SPDX-License-Identifier: Apache-2.0
// The elements of argv, taken apart into options and their values.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/given.hpp"

namespace mqtts::cli {

struct CommandLine {
    std::vector<Given> options;              // in the order typed
    std::vector<std::string> child_command;  // what follows "--"; empty: no command
};

/// Reads options and command. Overwrites the secrets in `elements`, also when it fails.
[[nodiscard]] Result<CommandLine> read_command_line(Command command, std::span<char*> elements);

}  // namespace mqtts::cli
