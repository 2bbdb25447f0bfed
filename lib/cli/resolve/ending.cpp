// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/ending.hpp"

#include <string>
#include <string_view>

namespace mqtts::cli {

namespace {

/// Two things that exclude each other, if both are given, and why.
struct Exclusion {
    bool is_given;
    std::string_view sentence;
    std::string_view one;
    std::string_view other = {};  // nothing stands for the command
    std::string_view instead = {};
    std::string_view or_else = {};
};

}  // namespace

Outcome<> check_ending(const Arguments& arguments) {
    const SubscribeArguments& typed = arguments.subscribe;
    const PrintArguments& print = arguments.print;
    const bool command = !typed.child_command.empty();
    const bool ends_at_once = typed.end_when_subscribed;
    const Exclusion exclusions[] = {
        {print.until && print.expect_none, "--until expects a message, and --expect-none expects none", "--until",
         "--expect-none"},
        {print.count && print.expect_none, "-C waits for messages, and --expect-none expects none", "-C",
         "--expect-none"},
        {print.until && print.message_rate, "--message-rate only counts messages, and --until looks into them",
         "--message-rate", "--until"},
        {print.expect_none && print.message_rate, "--message-rate counts messages, and --expect-none expects none",
         "--message-rate", "--expect-none"},
        {typed.idle && print.message_rate, "--message-rate reports for ever, and --idle ends when nothing comes",
         "--message-rate", "--idle"},
        {print.until && ends_at_once, "-E ends before any message comes, and --until waits for one", "-E", "--until"},
        {print.expect_none && ends_at_once, "-E ends before any message can come: give -W or --idle with --expect-none",
         "-E", "--expect-none", "-W", "--idle"},
        {typed.idle && ends_at_once, "-E ends at once, and --idle after some time: give only one of them", "-E",
         "--idle"},
        {command && ends_at_once, "-E ends before the command could have: leave it out", "-E"},
        {command && typed.end_after_retained,
         "--exit-when-retained-done ends before the command could have: leave it out", "--exit-when-retained-done"},
        {command && typed.background,
         "--background returns before the command has ended, and nobody learns its status: leave it out",
         "--background"},
    };
    for (const auto& [is_given, sentence, one, other, instead, or_else] : exclusions)
        if (is_given) return bad(std::string(sentence), {one, other, instead, or_else});
    return {};
}

bool waits_after_command(const Arguments& arguments) {
    const PrintArguments& print = arguments.print;
    const bool expects = print.count || print.until || print.expect_none;
    return arguments.subscribe.idle || (arguments.timeout && expects);
}

}  // namespace mqtts::cli
