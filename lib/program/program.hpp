// SPDX-License-Identifier: Apache-2.0
// What a program works with, once its options are read and its keys are open. It outlives the work.
#pragma once

#include <chrono>
#include <optional>

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "cli/settings.hpp"
#include "log/log.hpp"
#include "program/share_plan.hpp"
#include "tls/context.hpp"

namespace mqtts::program {

struct Program {
    std::chrono::steady_clock::time_point started;
    cli::Settings settings;
    Log log;
    tls::Context tls;
    std::optional<SharePlan> share = {};  // --share: nothing: the connection is of this run alone
};

/// The work of a program; its result is that of the program.
using Work = Awaitable<Result<>> (*)(const Program&);

}  // namespace mqtts::program
