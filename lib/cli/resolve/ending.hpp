// SPDX-License-Identifier: Apache-2.0
// When mqtts-sub ends, and as what: the rules across the options about that.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"

namespace mqtts::cli {

/// Names what contradicts itself.
[[nodiscard]] Outcome<> check_ending(const Arguments& arguments);

/// After the command (-- COMMAND) has ended well: messages are still waited for, until -W or --idle.
[[nodiscard]] bool waits_after_command(const Arguments& arguments);

}  // namespace mqtts::cli
