// The elements of argv, taken apart into options and their values.
#pragma once

#include <span>
#include <vector>

#include "base/error.hpp"
#include "cli/given.hpp"

namespace mqtts::cli {

/// The options in the order typed. In either case secrets have been overwritten in `elements`.
[[nodiscard]] Result<std::vector<Given>> read_command_line(Command command, std::span<char*> elements);

}  // namespace mqtts::cli
