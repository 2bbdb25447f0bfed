// The command line of a program, turned into its settings.
//
// As in mosquitto, the element after an option is its value whatever it looks like: -m -5, -m "", -t -x. Also accepted:
// --option=value, -tvalue, and letters together, the last of which may take a value: -vN, -vt topic. Names are never
// abbreviated, and every element belongs to an option.
#pragma once

#include "base/error.hpp"
#include "cli/option.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

/// The settings, complete and checked; when --help or --version was asked for, only `action` counts. The failure
/// (bad_option) names the option. In either case secrets have been overwritten in argv, where other users could see
/// them.
[[nodiscard]] Result<Settings> parse(Command command, int argc, char** argv);

}  // namespace mqtts::cli
