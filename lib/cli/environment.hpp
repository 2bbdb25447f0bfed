// SPDX-License-Identifier: Apache-2.0
// The environment variables that give options.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "cli/given.hpp"

namespace mqtts::cli {

/// Returns the value of a variable or nullptr, as getenv(3) does.
using Environment = std::function<const char*(const char* name)>;

[[nodiscard]] const char* process_environment(const char* name);

struct Variable {
    const char* name;         // "MQTTS_HOST"
    std::string_view option;  // "host"
};

[[nodiscard]] std::span<const Variable> variables() noexcept;

/// Reads the options from the variables that are set and not empty.
[[nodiscard]] std::vector<Given> read_environment(Command command, const Environment& environment);

}  // namespace mqtts::cli
