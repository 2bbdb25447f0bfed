// SPDX-License-Identifier: Apache-2.0
#include "program/verdict.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "os/child_process.hpp"

namespace mqtts::program {

Result<> both(Result<> client, const Result<>& input) {
    if (client) return input;
    if (input) return client;
    return Failure(client.error().code, fmt::format("{}; {}", client.error().what, input.error().what));
}

Result<> judge_command(const std::vector<std::string>& command, std::optional<int> status) {
    if (status.value_or(0) == 0) return {};
    return Failure(command_failed_with(*status),
                   fmt::format("{} ended with status {}", os::quoted_program(command), *status));
}

Result<> judge(Result<> ended, const Course& course, const cli::SubscribeSettings& settings, const Log& log) {
    const auto& [attendance, expectation, command_ran] = course;
    if (ended || attendance.began()) ended = expectation.verdict(std::move(ended), attendance.missed());
    if (ended && settings.print.expect_none && !attendance.bridged().empty())
        log.warning(attendance.bridged(), {.event = "gap"});
    if (!ended || settings.child_command.empty()) return ended;
    const std::string command = os::quoted_program(settings.child_command);
    if (!command_ran)
        return Failure(Errc::not_matched,
                       fmt::format("{} was not run: what was waited for came before the broker had answered all "
                                   "subscriptions; -R skips messages kept from before",
                                   command));
    const std::uint64_t wanted = settings.print.count;
    if (expectation.count() >= wanted) return ended;
    return Failure(Errc::not_matched, fmt::format("{} of {} messages came before or soon after the end of {}",
                                                  expectation.count(), wanted, command));
}

}  // namespace mqtts::program
