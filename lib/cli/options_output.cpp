// How messages are printed.
#include "cli/options.hpp"
#include "cli/settings.hpp"
#include "cli/value.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view section = "Output";

constexpr Option table[] = {
    {.name = "verbose",
     .letter = 'v',
     .section = section,
     .help = "print the topic before each message",
     .command = Command::subscribe,
     .common = true,
     .apply = [](Settings& s, Values) { return put(s.subscribe.print.format.verbose, true); }},
    {.name = "no-newline",
     .letter = 'N',
     .section = section,
     .help = "print no newline after each message",
     .command = Command::subscribe,
     .apply = [](Settings& s, Values) { return put(s.subscribe.print.format.end_of_line, false); }},
};

}  // namespace

std::span<const Option> output_options() noexcept {
    return table;
}

}  // namespace mqtts::cli
