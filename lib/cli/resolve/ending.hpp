// SPDX-License-Identifier: Apache-2.0
// The rules across the options about when mqtts-sub exits, and with which status.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"

namespace mqtts::cli {

/// Fails if two of the options contradict each other.
[[nodiscard]] Result<> check_ending(const Arguments& arguments);

/// Does the run wait for messages after the command (-- COMMAND) succeeded, until -W or --idle?
[[nodiscard]] bool waits_after_command(const Arguments& arguments);

}  // namespace mqtts::cli
