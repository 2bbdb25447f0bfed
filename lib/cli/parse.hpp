// SPDX-License-Identifier: Apache-2.0
// The command line of a program, turned into its settings.
//
// As in mosquitto, the element after an option is its value whatever it looks like: -m -5, -m "", -t -x. Also accepted:
// --option=value, -tvalue, and letters together, the last of which may take a value: -vN, -vt topic. Names are never
// abbreviated, and every element belongs to an option.
//
// Before the command line count, in this order: initial values, the configuration file, the environment.
#pragma once

#include "base/error.hpp"
#include "cli/environment.hpp"
#include "cli/option.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

/// The settings, complete and checked; when anything but to run was asked for, only what `action` needs counts. The
/// failure (bad_option) names the option. In either case secrets have been overwritten in argv, where other users could
/// see them.
[[nodiscard]] Result<Settings> parse(Command command, int argc, char** argv,
                                     const Environment& environment = process_environment);

}  // namespace mqtts::cli
