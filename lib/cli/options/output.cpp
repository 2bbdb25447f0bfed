// SPDX-License-Identifier: Apache-2.0
// How messages are printed.
#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace output_table {
namespace {

constexpr std::string_view section = "Output";

Outcome<> set_format(Arguments& arguments, Values values) {
    arguments.print.format.format = values.front();
    if (const auto checked = format::check_format(values.front()); !checked) return checked.error();
    return {};
}

Outcome<> set_state(Arguments& arguments, Values values) {
    if (values.front().empty()) return Failure(Errc::bad_option, "the name of a file is wanted");
    arguments.subscribe.state = values.front();
    return {};
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
     .help = "print each message like this, such as '%t %p'",
     .common = true,
     .apply = set_format},
    {.name = "output",
     .value = "FORM",
     .section = section,
     .help = "what tells one message from the next",
     .choices = output_forms,
     .completion = Completion::choice,
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.print.format.output, message_form(v.front(), output_forms)); }},
    {.name = "pretty",
     .section = section,
     .help = "JSON of -F on several lines",
     .apply = [](Arguments& a, Values) { return put(a.print.format.pretty, true); }},
    {.name = "raw",
     .section = section,
     .help = "the exact bytes even on a terminal",
     .apply = [](Arguments& a, Values) { return put(a.print.raw, true); }},
    {.name = "watch",
     .letter = 'w',
     .section = section,
     .help = "keep the last message of each topic on the screen",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values) { return put(a.print.watch, true); }},
    {.name = "message-rate",
     .section = section,
     .help = "print how many messages come each second instead",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values) { return put(a.print.message_rate, true); }},
    {.name = "state",
     .value = "FILE",
     .section = section,
     .help = "remember in FILE what was written, to go on exactly there",
     .command = Command::subscribe,
     .completion = Completion::file,
     .apply = set_state},
    {.name = "ack",
     .value = "WHEN",
     .section = section,
     .help = "acknowledge after write, or once it is safe on the disk",
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
