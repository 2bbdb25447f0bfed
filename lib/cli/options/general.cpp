// SPDX-License-Identifier: Apache-2.0
// Options that concern the whole run.
#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace general_table {
namespace {

constexpr std::string_view section = "General";

Result<> set_help(Arguments& arguments, Values values) {
    return put(arguments.action, values.empty() ? Action::show_help : Action::show_all_help);
}

Result<> set_version(Arguments& arguments, Values values) {
    return put(arguments.action, values.empty() ? Action::show_version : Action::show_version_json);
}

constexpr Option table[] = {
    {.name = "timeout",
     .letter = 'W',
     .value = "SECONDS",
     .section = section,
     .help = "exit with status 27 if not done after SECONDS",
     .common = true,
     .counts = Counts::per_call,
     .apply = [](Arguments& a, Values v) { return set(a.timeout, seconds(v.front())); }},
    {.name = "debug",
     .letter = 'd',
     .section = section,
     .help = "log what is sent and received on standard error",
     .common = true,
     .counts = Counts::per_call,
     .apply = [](Arguments& a, Values) { return put(a.diagnosis.debug, true); }},
    {.name = "quiet",
     .section = section,
     .help = "print no warnings, only the error that ends the run",
     .counts = Counts::per_call,
     .apply = [](Arguments& a, Values) { return put(a.diagnosis.quiet, true); }},
    {.name = "help",
     .section = section,
     .help = "print this help, with =all every option, and exit",
     .common = true,
     .command_line_only = true,
     .optional_value = "all",
     .counts = Counts::per_call,
     .apply = set_help},
    {.name = "version",
     .section = section,
     .help = "print the version and the features, and exit",
     .common = true,
     .command_line_only = true,
     .optional_value = "json",
     .counts = Counts::per_call,
     .apply = set_version},
};

}  // namespace
}  // namespace general_table

std::span<const Option> general_options() noexcept {
    return general_table::table;
}

}  // namespace mqtts::cli
