// SPDX-License-Identifier: Apache-2.0
// Which option takes the place of which other one: the one table of that.
#pragma once

#include <span>
#include <string_view>

#include "cli/given.hpp"
#include "cli/option.hpp"

namespace mqtts::cli {

/// The first of `behind`, which come later, that says otherwise than this option; nullptr: none does. The same option
/// again does not count. Precondition: each was understood.
[[nodiscard]] const Given* overriding(std::span<const Given> behind, std::string_view option, Command command);

}  // namespace mqtts::cli
