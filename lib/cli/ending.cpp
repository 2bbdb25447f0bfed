// SPDX-License-Identifier: Apache-2.0
#include "cli/ending.hpp"

#include <string_view>
#include <utility>

namespace mqtts::cli {

namespace {

/// Two things given that exclude each other, and why; nothing stands for an option that was not given.
struct Contradiction {
    bool is_given;
    std::string_view sentence;
};

}  // namespace

Result<> check_ending(SubscribeSettings& subscribe) {
    const output::PrintSettings& print = subscribe.print;
    const bool command = !subscribe.child_command.empty();
    const bool ends_at_once = subscribe.end_when_subscribed;
    const Contradiction contradictions[] = {
        {print.until && print.expect_none, "--until expects a message, and --expect-none expects none"},
        {print.count != 0 && print.expect_none, "-C waits for messages, and --expect-none expects none"},
        {print.until && print.message_rate, "--message-rate only counts messages, and --until looks into them"},
        {print.expect_none && print.message_rate, "--message-rate counts messages, and --expect-none expects none"},
        {subscribe.idle && print.message_rate, "--message-rate reports for ever, and --idle ends when nothing comes"},
        {print.until && ends_at_once, "-E ends before any message comes, and --until waits for one"},
        {print.expect_none && ends_at_once,
         "-E ends before any message can come: give -W or --idle with --expect-none"},
        {subscribe.idle && ends_at_once, "-E ends at once, and --idle after some time: give only one of them"},
        {command && ends_at_once, "-E ends before the command could have: leave it out"},
        {command && subscribe.end_after_retained,
         "--exit-when-retained-done ends before the command could have: leave it out"},
        {command && subscribe.readiness.background,
         "--background returns before the command has ended, and nobody learns its status: leave it out"},
    };
    for (const auto& [is_given, sentence] : contradictions)
        if (is_given) return Failure(Errc::bad_option, std::string(sentence));
    subscribe.print.note_time = subscribe.idle.has_value();
    return {};
}

bool waits_after_command(const Settings& settings) {
    const output::PrintSettings& print = settings.subscribe.print;
    const bool expects = print.count != 0 || print.until || print.expect_none;
    return settings.subscribe.idle || (settings.timeout && expects);
}

}  // namespace mqtts::cli
