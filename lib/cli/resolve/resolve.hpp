// SPDX-License-Identifier: Apache-2.0
// The second of two stages: from what was typed to what it means.
//
//   argv, file, environment ──► Given ──► Option::apply() ──► Arguments ──► resolve() ──► Settings
//
// Each resolver is a function of the arguments alone. It returns all settings of one module, or the contradiction in
// them. No resolver changes the arguments or needs another one to have run: if it needs a decision of another one, it
// calls that.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

[[nodiscard]] Result<Settings> resolve(const Arguments& arguments);

}  // namespace mqtts::cli
