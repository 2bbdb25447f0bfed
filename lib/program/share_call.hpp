// SPDX-License-Identifier: Apache-2.0
// A call that hands its message to the keeper of a connection, and waits for the result. It needs no event loop, opens
// no key and looks up no name.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "cli/settings.hpp"
#include "log/log.hpp"
#include "program/secrets.hpp"
#include "program/share_plan.hpp"

namespace mqtts::program {

/// Returns the result of the run, as if it had published by itself. Nothing: there is no keeper for it, or the message
/// is safe to publish on a connection of its own. Reports the counts of --stats.
[[nodiscard]] std::optional<Result<>> publish_through_keeper(const SharePlan& plan, const cli::Settings& settings,
                                                             Deadline deadline, const Log& log);

/// Asks the keeper of the same settings to end, and waits until it has. Success if no keeper has them.
[[nodiscard]] Result<> end_keeper(const SharePlan& plan, Deadline deadline);

}  // namespace mqtts::program
