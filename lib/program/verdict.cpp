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
    return combined(client.error(), input.error());
}

Result<> judge_command(const std::vector<std::string>& command, std::optional<int> status) {
    if (status.value_or(0) == 0) return {};
    return Failure(command_failed_with(*status),
                   fmt::format("{} exited with status {}", os::quoted_program(command), *status));
}

namespace {

/// Adds to the failure that -W made how many of the messages of -C came.
Failure with_count(const Failure& failure, std::uint64_t count, const output::PrintSettings& settings) {
    if (failure.code != Errc::timed_out || settings.count == 0) return failure;
    return with_cause(failure, fmt::format("{}: {} of {} messages came", failure.cause, count, settings.count));
}

}  // namespace

Result<> judge(Result<> ended, const Course& course, const cli::SubscribeSettings& settings, const Log& log) {
    const auto& [attendance, expectation, command_ran] = course;
    if (ended || attendance.began()) ended = expectation.verdict(std::move(ended), attendance.missed());
    if (ended && settings.print.expect_none && !attendance.bridged().empty())
        log.warning(attendance.bridged(), {.event = "gap"});
    if (!ended) return with_count(ended.error(), expectation.count(), settings.print);
    if (settings.child_command.empty()) return ended;
    const std::string command = os::quoted_program(settings.child_command);
    if (!command_ran)
        return Failure(Errc::not_matched,
                       fmt::format("{} was not run: the expected messages came before the broker had granted all "
                                   "subscriptions",
                                   command),
                       "skip retained messages with -R");
    const std::uint64_t wanted = settings.print.count;
    if (expectation.count() >= wanted) return ended;
    return Failure(Errc::not_matched, fmt::format("only {} of {} messages arrived before or soon after {} ended",
                                                  expectation.count(), wanted, command));
}

}  // namespace mqtts::program
