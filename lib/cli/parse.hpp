// SPDX-License-Identifier: Apache-2.0
// Makes the settings of a program from its command line.
//
// As in mosquitto, the element after an option is its value whatever it looks like: -m -5, -m "", -t -x. Also accepted
// are --option=value, -tvalue, and several letters, the last of which may take a value: -vN, -vt topic. Names are never
// abbreviated, and every element belongs to an option.
//
// The command line overrides the environment, that the configuration file, and that the initial values.
#pragma once

#include "base/error.hpp"
#include "cli/environment.hpp"
#include "cli/option.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

/// Makes the settings, complete and checked; if `action` is not to run, only the members that it needs count. The
/// failure (bad_option) names the option. Overwrites the secrets in argv, where other users could see them, also when
/// it fails.
[[nodiscard]] Result<Settings> parse(Command command, int argc, char** argv,
                                     const Environment& environment = process_environment);

}  // namespace mqtts::cli
