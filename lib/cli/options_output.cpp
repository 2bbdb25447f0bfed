// How messages are printed.
#include <fmt/format.h>

#include <utility>

#include "base/utf8.hpp"
#include "cli/options.hpp"
#include "cli/settings.hpp"
#include "cli/value.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view section = "Output";

Result<> set_format(Settings& settings, Values values) {
    settings.subscribe.print.format.format = values.front();
    return stream::check_format(values.front());
}

Result<> set_output(Settings& settings, Values values) {
    using enum stream::OutputForm;
    constexpr std::pair<std::string_view, stream::OutputForm> forms[] = {
        {"raw", raw}, {"lines", lines}, {"nul", nul}, {"length", length}, {"json", json}};
    for (const auto& [name, form] : forms)
        if (values.front() == name) return put(settings.subscribe.print.format.output, std::optional(form));
    return Failure(Errc::bad_option,
                   fmt::format("'{}' is not one of raw, lines, nul, length and json", escape(values.front())));
}

constexpr Option table[] = {
    {.name = "verbose",
     .letter = 'v',
     .section = section,
     .help = "print the topic before each message",
     .common = true,
     .apply = [](Settings& s, Values) { return put(s.subscribe.print.format.verbose, true); }},
    {.name = "no-newline",
     .letter = 'N',
     .section = section,
     .help = "print no newline after each message",
     .apply = [](Settings& s, Values) { return put(s.subscribe.print.format.end_of_line, false); }},
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
     .apply = [](Settings& s, Values) { return put(s.subscribe.print.format.pretty, true); }},
    {.name = "raw",
     .section = section,
     .help = "the exact bytes even on a terminal",
     .apply = [](Settings& s, Values) { return put(s.subscribe.print.raw, true); }},
    {.name = "watch",
     .letter = 'w',
     .section = section,
     .help = "keep the last message of each topic on the screen",
     .command = Command::subscribe,
     .apply = [](Settings& s, Values) { return put(s.subscribe.print.watch, true); }},
    {.name = "message-rate",
     .section = section,
     .help = "print how many messages come each second instead",
     .command = Command::subscribe,
     .apply = [](Settings& s, Values) { return put(s.subscribe.print.message_rate, true); }},
};

}  // namespace

std::span<const Option> output_options() noexcept {
    return table;
}

}  // namespace mqtts::cli
