// SPDX-License-Identifier: Apache-2.0
// When mqtts-sub ends, and as what: the rules across the options about that.
#pragma once

#include "cli/settings.hpp"

namespace mqtts::cli {

/// Names what contradicts itself, and completes what follows from the options.
Result<> check_ending(SubscribeSettings& subscribe);

/// After the command (-- COMMAND) has ended well: messages are still waited for, until -W or --idle. Otherwise the run
/// ends as soon as everything has come that the command caused so far.
[[nodiscard]] bool waits_after_command(const Settings& settings);

}  // namespace mqtts::cli
