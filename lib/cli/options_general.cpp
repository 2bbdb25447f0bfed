// What concerns the whole run.
#include "cli/options.hpp"
#include "cli/settings.hpp"
#include "cli/value.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view section = "General";

constexpr Option table[] = {
    {.name = "timeout",
     .letter = 'W',
     .value = "SECONDS",
     .section = section,
     .help = "give up after so long altogether, with status 27",
     .apply = [](Settings& s, Values v) { return set(s.timeout, seconds(v.front())); }},
    {.name = "debug",
     .letter = 'd',
     .section = section,
     .help = "report on standard error what is sent and received",
     .apply = [](Settings& s, Values) { return put(s.debug, true); }},
    {.name = "quiet",
     .section = section,
     .help = "no warnings, only the error that ends the program",
     .apply = [](Settings& s, Values) { return put(s.quiet, true); }},
    {.name = "help",
     .section = section,
     .help = "print this and end",
     .apply = [](Settings& s, Values) { return put(s.action, Action::show_help); }},
    {.name = "version",
     .section = section,
     .help = "print the version and end",
     .apply = [](Settings& s, Values) { return put(s.action, Action::show_version); }},
};

}  // namespace

std::span<const Option> general_options() noexcept {
    return table;
}

}  // namespace mqtts::cli
