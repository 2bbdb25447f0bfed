// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/completions.hpp"
#include "cli/completions_support.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view beginning = R"(# Completion of @program@ for fish, written by: @program@ --completions fish

# Is the word before the cursor this command, behind -D?
function @function@
    set -l words (commandline -opc)
    contains -- "$words[-2]" -D --property; and test "$words[-1]" = $argv[1]
end

complete -c @program@ -f
)";

/// Writes the part of a `complete` command that offers the value of an option. A switch has none.
std::string value(const Option& option) {
    if (option.is_switch()) return {};
    switch (option.completion) {
        case Completion::file:
            return " -r -F";
        case Completion::directory:
            return " -x -a '(__fish_complete_directories)'";
        case Completion::host:
            return " -x -a '(__fish_print_hostnames)'";
        case Completion::choice:
            return fmt::format(" -x -a '{}'", option.choices);
        case Completion::property:
            return fmt::format(" -x -a '{}'", property_command_names());
        case Completion::nothing:
            break;
    }
    return " -x";
}

}  // namespace

std::string fish_completions(Command command) {
    const std::string_view program = program_name(command);
    const std::string_view function = command == Command::publish ? "__mqtts_pub_command" : "__mqtts_sub_command";
    std::string text = fill(beginning, {{"@program@", program}, {"@function@", function}});
    for (const Option* option : own_options(command)) {
        const std::string letter = option->letter != 0 ? fmt::format(" -s {}", option->letter) : "";
        text += fmt::format("complete -c {}{} -l {}{} -d '{}'\n", program, letter, option->name, value(*option),
                            with_backslashes(option->help, "\\'"));
    }
    for (const PropertyCommand& one : property_commands())
        text += fmt::format("complete -c {} -n '{} {}' -x -a '{}'\n", program, function, one.name, property_names(one));
    return text;
}

}  // namespace mqtts::cli
