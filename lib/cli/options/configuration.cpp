// SPDX-License-Identifier: Apache-2.0
// Where else options come from, and what the programs print about them.
#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace configuration_table {
namespace {

constexpr std::string_view section = "Configuration";

Result<> set_options_file(Arguments& arguments, Values values) {
    if (arguments.options_file) return bad("already given", "give one configuration file");
    return set(arguments.options_file, not_empty(values.front()));
}

constexpr std::string_view shells = "bash zsh fish";

Result<> set_shell(Arguments& arguments, Values values) {
    arguments.action = Action::show_completions;
    return set_choice<Shell>(arguments.shell, values.front(), shells);
}

constexpr Option table[] = {
    {.name = "options-file",
     .letter = 'o',
     .value = "FILE",
     .section = section,
     .help = "read options from FILE, not from the usual file",
     .completion = Completion::file,
     .common = true,
     .command_line_only = true,
     .counts = Counts::per_call,
     .apply = set_options_file},
    {.name = "explain",
     .section = section,
     .help = "print all settings and where each comes from, and exit",
     .command_line_only = true,
     .counts = Counts::per_call,
     .apply = [](Arguments& a, Values) { return put(a.action, Action::explain); }},
    {.name = "completions",
     .value = "SHELL",
     .section = section,
     .help = "print the completions for bash, zsh or fish, and exit",
     .choices = shells,
     .completion = Completion::choice,
     .command_line_only = true,
     .counts = Counts::per_call,
     .apply = set_shell},
};

}  // namespace
}  // namespace configuration_table

std::span<const Option> configuration_options() noexcept {
    return configuration_table::table;
}

}  // namespace mqtts::cli
