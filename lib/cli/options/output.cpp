// SPDX-License-Identifier: Apache-2.0
// How messages are printed.
#include <fmt/format.h>

#include <utility>

#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"
#include "text/escape.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view section = "Output";

Outcome<> set_format(Arguments& arguments, Values values) {
    arguments.print.format.format = values.front();
    if (const auto checked = format::check_format(values.front()); !checked) return checked.error();
    return {};
}

Outcome<> set_output(Arguments& arguments, Values values) {
    using enum format::OutputForm;
    constexpr std::pair<std::string_view, format::OutputForm> forms[] = {
        {"raw", raw}, {"lines", lines}, {"nul", nul}, {"length", length}, {"json", json}};
    for (const auto& [name, form] : forms)
        if (values.front() == name) return put(arguments.print.format.output, form);
    return Failure(Errc::bad_option,
                   fmt::format("'{}' is not one of raw, lines, nul, length and json", escape(values.front())));
}

Outcome<> set_state(Arguments& arguments, Values values) {
    if (values.front().empty()) return Failure(Errc::bad_option, "the name of a file is wanted");
    arguments.subscribe.state = values.front();
    return {};
}

Outcome<> set_ack(Arguments& arguments, Values values) {
    const bool fsync = values.front() == "fsync";
    if (fsync || values.front() == "write") return put(arguments.subscribe.sync, fsync);
    return Failure(Errc::bad_option, fmt::format("'{}' is neither write nor fsync", escape(values.front())));
}

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
     .choices = "raw lines nul length json",
     .completion = Completion::choice,
     .common = true,
     .apply = set_output},
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
     .choices = "write fsync",
     .command = Command::subscribe,
     .completion = Completion::choice,
     .apply = set_ack},
};

}  // namespace

std::span<const Option> output_options() noexcept {
    return table;
}

}  // namespace mqtts::cli
