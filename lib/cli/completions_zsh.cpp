// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <sstream>

#include "cli/completions.hpp"
#include "cli/completions_support.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view script = R"(#compdef @program@
# Completion of @program@ for zsh, written by: @program@ --completions zsh

local curcontext=$curcontext state line
local -A opt_args

_arguments -C -s@options@ \
    '*: : '  # the value of a user property
local status_of_arguments=$?
[[ $state == identifier ]] || return $status_of_arguments

case ${words[CURRENT - 1]} in
@properties@esac
)";

/// Writes the action that offers the value of an option.
std::string action(const Option& option) {
    switch (option.completion) {
        case Completion::file:
            return "_files";
        case Completion::directory:
            return "_directories";
        case Completion::host:
            return "_hosts";
        case Completion::choice:
            return fmt::format("({})", option.choices);
        case Completion::property:
        case Completion::nothing:
            break;
    }
    return " ";
}

/// Writes the names of the words of a value, and the actions that offer them.
std::string value(const Option& option) {
    if (option.completion == Completion::property)
        return fmt::format(":COMMAND:({}):IDENTIFIER:->identifier:VALUE: ", property_command_names());
    std::string text;
    std::istringstream words{std::string(option.value)};
    for (std::string word; words >> word;)
        text += fmt::format(":{}:{}", word, action(option));
    return text;
}

/// Writes the arms of a case: each command of -D, and its properties.
std::string properties() {
    std::string text;
    for (const PropertyCommand& command : property_commands())
        text += fmt::format("    {}) compadd -- {} ;;\n", command.name, property_names(command));
    return text;
}

/// Writes the names of an option as _arguments expects them before its description: a value may be attached to each.
std::string names(const Option& option) {
    const std::string_view letter_end = option.is_switch() ? "" : "+";
    const std::string_view name_end = option.is_switch() ? "" : "=";
    if (option.letter == 0) return fmt::format("{}--{}{}", option.repeatable ? "'*'" : "", option.name, name_end);
    const std::string others = option.repeatable ? "'*'" : fmt::format("'(-{} --{})'", option.letter, option.name);
    return fmt::format("{}{{-{}{},--{}{}}}", others, option.letter, letter_end, option.name, name_end);
}

/// Quotes a text with single quotes. Only the quote itself needs care in them.
std::string in_quotes(std::string_view text) {
    std::string result = "'";
    for (const char character : text)
        result += character == '\'' ? std::string("'\\''") : std::string(1, character);
    return result + "'";
}

std::string specification(const Option& option) {
    std::string text = fmt::format("[{}]", with_backslashes(option.help, "\\[]:"));
    if (!option.is_switch()) text += value(option);
    return names(option) + in_quotes(text);
}

}  // namespace

std::string zsh_completions(Command command) {
    std::string options;
    for (const Option* option : own_options(command))
        options += " \\\n    " + specification(*option);
    return fill(script, {{"@program@", program_name(command)}, {"@options@", options}, {"@properties@", properties()}});
}

}  // namespace mqtts::cli
