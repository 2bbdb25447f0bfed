// SPDX-License-Identifier: Apache-2.0
// From what was typed to what it means: the second of two stages.
//
//   argv, file, environment ──► Given ──► Option::apply() ──► Arguments ──► resolve() ──► Settings
//
// Each resolver is a function of the arguments alone, and returns one module's settings, whole, or the contradiction in
// them. None changes the arguments or depends on another having run: they call each other where they need to know what
// another one decides.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

[[nodiscard]] Outcome<Settings> resolve(const Arguments& arguments);

}  // namespace mqtts::cli
