// SPDX-License-Identifier: Apache-2.0
// A run that needs a connection of its own: keys and passwords, the background, and the work.
#pragma once

#include <chrono>
#include <optional>

#include "cli/settings.hpp"
#include "log/log.hpp"
#include "program/program.hpp"
#include "program/secrets.hpp"
#include "program/share_plan.hpp"

namespace mqtts::program {

/// What is known before the first part of OpenSSL is needed.
struct Run {
    std::chrono::steady_clock::time_point started;
    cli::Settings settings;
    const Log& log;
    Deadline deadline;
    std::optional<SharePlan> plan;
};

/// Does such a run, reports its failure, and returns the exit status.
using Runner = int (*)(Run&);

/// Opens the keys, asks people while there is a terminal, and does the work (or --check).
[[nodiscard]] int run_connected(Run& run, Work work);

}  // namespace mqtts::program
