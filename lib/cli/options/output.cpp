// SPDX-License-Identifier: Apache-2.0
// How messages are printed.
#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace output_table {
namespace {

constexpr std::string_view section = "Output";

Result<> set_format(Arguments& arguments, Values values) {
    arguments.print.format.format = values.front();
    if (const auto checked = format::check_format(values.front()); !checked) return checked.error();
    return {};
}

Result<> set_state(Arguments& arguments, Values values) {
    return set(arguments.subscribe.state, not_empty(values.front()));
}

constexpr std::string_view acknowledgement_times = "write fsync";

constexpr Option table[] = {
    {.name = "verbose",
     .letter = 'v',
     .section = section,
     .help = "print the topic before each message",
     .common = true,
     .apply = [](Arguments& a, Values) { return put(a.print.format.verbose, true); }},
    {.name = "no-newline",
     .letter = 'N',
     .section = section,
     .help = "print no newline after each message",
     .apply = [](Arguments& a, Values) { return put(a.print.format.end_of_line, false); }},
    {.name = "format",
     .letter = 'F',
     .value = "FORMAT",
     .section = section,
     .help = "print each message as FORMAT says, such as '%t %p'",
     .common = true,
     .apply = set_format},
    {.name = "output",
     .value = "FORM",
     .section = section,
     .help = "frame messages as raw, lines, nul, length or json",
     .choices = output_forms,
     .completion = Completion::choice,
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.print.format.output, message_form(v.front(), output_forms)); }},
    {.name = "pretty",
     .section = section,
     .help = "print JSON (%j and %J in -F) on several lines",
     .apply = [](Arguments& a, Values) { return put(a.print.format.pretty, true); }},
    {.name = "raw",
     .section = section,
     .help = "print the exact bytes, even on a terminal",
     .apply = [](Arguments& a, Values) { return put(a.print.raw, true); }},
    {.name = "watch",
     .letter = 'w',
     .section = section,
     .help = "show the last message of each topic on the screen",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values) { return put(a.print.watch, true); }},
    {.name = "message-rate",
     .section = section,
     .help = "print the number of messages per second instead",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values) { return put(a.print.message_rate, true); }},
    {.name = "state",
     .value = "FILE",
     .section = section,
     .help = "remember in FILE what was written, and resume there",
     .command = Command::subscribe,
     .completion = Completion::file,
     .apply = set_state},
    {.name = "ack",
     .value = "WHEN",
     .section = section,
     .help = "acknowledge messages after write or fsync",
     .initial = "write",
     .choices = acknowledgement_times,
     .command = Command::subscribe,
     .completion = Completion::choice,
     .apply = [](Arguments& a,
                 Values v) { return set_choice<bool>(a.subscribe.sync, v.front(), acknowledgement_times); }},
};

}  // namespace
}  // namespace output_table

std::span<const Option> output_options() noexcept {
    return output_table::table;
}

}  // namespace mqtts::cli
