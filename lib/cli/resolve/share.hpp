// SPDX-License-Identifier: Apache-2.0
// Whether a call of mqtts-pub may use the connection of others, or leave its own to them.
#pragma once

#include <span>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/given.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

/// Makes the settings, except for the counted options.
[[nodiscard]] ShareSettings resolve_share(const Arguments& arguments);

/// Tells whether --share is given and nothing is in its way.
[[nodiscard]] bool is_shared(const Arguments& arguments);

/// Lists what decides whether two calls may share a connection: of all options in force, in the order in which they
/// were applied, what their rows say (see Counts).
[[nodiscard]] std::vector<CountedOption> counted_options(std::span<const Given> given);

}  // namespace mqtts::cli
