// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/ending.hpp"

#include <string>
#include <string_view>

namespace mqtts::cli {

namespace {

/// Two options that exclude each other, or an option and a command.
struct Exclusion {
    bool is_given;
    std::string_view cause;
    std::string_view hint;  // empty: give only one of the two
    std::string_view one;
    std::string_view other = {};  // empty: the command
    std::string_view instead = {};
    std::string_view or_else = {};
};

}  // namespace

Result<> check_ending(const Arguments& arguments) {
    const SubscribeArguments& typed = arguments.subscribe;
    const PrintArguments& print = arguments.print;
    const bool command = !typed.child_command.empty();
    const bool ends_at_once = typed.end_when_subscribed;
    const Exclusion exclusions[] = {
        {print.until && print.expect_none, "--until expects a message, and --expect-none expects none", "", "--until",
         "--expect-none"},
        {print.count && print.expect_none, "-C waits for messages, and --expect-none expects none", "", "-C",
         "--expect-none"},
        {print.until && print.message_rate, "--message-rate only counts messages, and --until reads them", "",
         "--message-rate", "--until"},
        {print.expect_none && print.message_rate, "--message-rate counts messages, and --expect-none expects none", "",
         "--message-rate", "--expect-none"},
        {typed.idle && print.message_rate, "--message-rate never ends, and --idle ends when no message arrives", "",
         "--message-rate", "--idle"},
        {print.until && ends_at_once, "-E exits before any message arrives, and --until waits for one", "", "-E",
         "--until"},
        {print.expect_none && ends_at_once, "-E exits before --expect-none can see a message",
         "give -W or --idle instead of -E", "-E", "--expect-none", "-W", "--idle"},
        {typed.idle && ends_at_once, "-E exits at once, and --idle after some time", "", "-E", "--idle"},
        {command && ends_at_once, "-E exits before the command can end", "leave out -E", "-E"},
        {command && typed.end_after_retained, "--exit-when-retained-done exits before the command can end",
         "leave out --exit-when-retained-done", "--exit-when-retained-done"},
        {command && typed.background, "--background returns before the command ends, and its status is lost",
         "leave out --background", "--background"},
    };
    for (const auto& [is_given, cause, hint, one, other, instead, or_else] : exclusions) {
        if (!is_given) continue;
        if (hint.empty()) return bad_pair(std::string(cause), one, other);
        return bad(std::string(cause), std::string(hint), {one, other, instead, or_else});
    }
    return {};
}

bool waits_after_command(const Arguments& arguments) {
    const PrintArguments& print = arguments.print;
    const bool expects = print.count || print.until || print.expect_none;
    return arguments.subscribe.idle || (arguments.timeout && expects);
}

}  // namespace mqtts::cli
