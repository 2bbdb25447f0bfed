// SPDX-License-Identifier: Apache-2.0
// Makes one result of everything that happened in a run. The exit status and the sentence at the end follow from it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/settings.hpp"
#include "client/attendance.hpp"
#include "log/log.hpp"
#include "output/expectation.hpp"

namespace mqtts::program {

/// Combines, for mqtts-pub, how the client and its input ended; each may have a reason of its own.
[[nodiscard]] Result<> both(Result<> client, const Result<>& input);

/// Judges the command that mqtts-sub ran: its own status becomes ours, unless it is 0, or nothing because we ended it.
[[nodiscard]] Result<> judge_command(const std::vector<std::string>& command, std::optional<int> status);

/// The course of a run of mqtts-sub.
struct Course {
    const client::Attendance& attendance;
    const output::Expectation& expectation;
    bool command_ran = false;
};

/// Judges a run of mqtts-sub from how its client ended: what the options expected of the messages decides, if the
/// subscriptions were granted. Warns of a gap in a silence that is a success.
[[nodiscard]] Result<> judge(Result<> ended, const Course& course, const cli::SubscribeSettings& settings,
                             const Log& log);

}  // namespace mqtts::program
