// SPDX-License-Identifier: Apache-2.0
// Which option replaces which other one: the only table of that.
#pragma once

#include <span>
#include <string_view>

#include "cli/given.hpp"
#include "cli/option.hpp"

namespace mqtts::cli {

/// Returns the first of the later options, `behind`, that contradicts this option, or nullptr. The same option again
/// does not count. Precondition: each was parsed without failure.
[[nodiscard]] const Given* overriding(std::span<const Given> behind, std::string_view option, Command command);

}  // namespace mqtts::cli
