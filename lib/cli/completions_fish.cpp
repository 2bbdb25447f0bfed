#include <fmt/format.h>

#include "cli/completions.hpp"
#include "cli/completions_support.hpp"

namespace mqtts::cli {

namespace {

/// The part of a `complete` command that offers the value of an option; a switch has none.
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
        case Completion::nothing:
            break;
    }
    return " -x";
}

}  // namespace

std::string fish_completions(Command command) {
    const std::string_view program = program_name(command);
    std::string text = fmt::format(
        "# Completion of {0} for fish, written by: {0} --completions fish\n\n"
        "complete -c {0} -f\n",
        program);
    for (const Option* option : own_options(command)) {
        const std::string letter = option->letter != 0 ? fmt::format(" -s {}", option->letter) : "";
        text += fmt::format("complete -c {}{} -l {}{} -d '{}'\n", program, letter, option->name, value(*option),
                            with_backslashes(option->help, "\\'"));
    }
    return text;
}

}  // namespace mqtts::cli
