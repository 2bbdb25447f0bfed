// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>

#include "cli/completions.hpp"
#include "cli/completions_support.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view script = R"bash(# Completion of @program@ for bash, written by: @program@ --completions bash

# Lists the words that may follow -D next.
@function@_property() {
    case ${#values[@]}-${values[0]} in
        0-) echo '@commands@' ;;
@properties@    esac
}

@function@() {
    local current=${COMP_WORDS[COMP_CWORD]} option='' word
    local -i i missing=0
    local -a values=()

    # Whose value is it? Bash makes three words of --name=value.
    for ((i = 1; i < COMP_CWORD; ++i)); do
        word=${COMP_WORDS[i]}
        if ((missing > 0)); then
            [[ $word == = && $option == --* && ${#values[@]} -eq 0 ]] && continue
            values+=("$word")
            missing+=-1
            # A user property has a name and a value.
            [[ $option == @(-D|--property) && ${#values[@]}-${values[1]} == 2-user-property ]] && missing+=1
        else
            option=$word
            values=()
            if [[ $word =~ ^-[@switches@]*([a-zA-Z])(.+)?$ ]]; then
                option=-${BASH_REMATCH[1]}
                [[ -n ${BASH_REMATCH[2]} ]] && values=("${BASH_REMATCH[2]}")
            fi
            case $option in
@counts@                *) missing=0 ;;
            esac
            missing+=-${#values[@]}
        fi
    done
    [[ $current == = ]] && current=''

    if ((missing <= 0)); then
        mapfile -t COMPREPLY < <(compgen -W '
@names@            ' -- "$current")
        return
    fi
    COMPREPLY=()
    case $option in
@values@        -D | --property)
            mapfile -t COMPREPLY < <(compgen -W "$(@function@_property)" -- "$current")
            ;;
    esac
}

complete -F @function@ @program@
)bash";

/// Writes "-t | --topic".
std::string pattern(const Option& option) {
    return option.letter != 0 ? fmt::format("-{} | --{}", option.letter, option.name)
                              : fmt::format("--{}", option.name);
}

/// Writes the command that fills COMPREPLY with the values of an option. Empty: there is nothing to offer.
std::string offer(const Option& option) {
    constexpr std::string_view command = "mapfile -t COMPREPLY < <(compgen {} -- \"$current\"){}";
    switch (option.completion) {
        case Completion::file:
            return fmt::format(command, "-f", "; compopt -o filenames -o default 2>/dev/null");
        case Completion::directory:
            return fmt::format(command, "-d", "; compopt -o filenames -o dirnames 2>/dev/null");
        case Completion::host:
            return fmt::format(command, "-A hostname", "");
        case Completion::choice:
            return fmt::format(command, fmt::format("-W '{}'", option.choices), "");
        case Completion::property:  // the script knows
        case Completion::nothing:
            break;
    }
    return {};
}

/// The arms of a case: each body, and its options.
using Arms = std::map<std::string, std::string>;

void add(Arms& arms, const std::string& body, const Option& option) {
    std::string& options = arms[body];
    const std::size_t line_begin = options.rfind('\n') + 1;  // 0: there is only one line
    if (!options.empty()) options += options.size() - line_begin > 80 ? " |\\\n" : " | ";
    options += pattern(option);
}

std::string text_of(const Arms& arms, std::string_view indentation) {
    const std::string next_line = fmt::format("\n{}", indentation);
    std::string text;
    for (const auto& [body, options] : arms)
        text += fmt::format("{0}{1})\n{0}    {2}\n{0}    ;;\n", indentation, fill(options, {{"\n", next_line}}), body);
    return text;
}

/// Writes the arms of a case: each command of -D, and its properties.
std::string properties() {
    std::string text;
    for (const PropertyCommand& command : property_commands())
        text += fmt::format("        1-{}) echo '{}' ;;\n", command.name, property_names(command));
    return text;
}

}  // namespace

std::string bash_completions(Command command) {
    std::string names;
    std::string switches;
    Arms counts;
    Arms values;
    for (const Option* option : own_options(command)) {
        names += fmt::format("            --{}", option->name);
        names += option->letter != 0 ? fmt::format(" -{}\n", option->letter) : "\n";
        if (option->is_switch() && option->letter != 0) switches += option->letter;
        if (option->is_switch()) continue;
        add(counts, fmt::format("missing={}", word_count(*option, {})), *option);
        if (const std::string body = offer(*option); !body.empty()) add(values, body, *option);
    }
    return fill(script, {{"@program@", program_name(command)},
                         {"@function@", command == Command::publish ? "_mqtts_pub" : "_mqtts_sub"},
                         {"@switches@", switches},
                         {"@names@", names},
                         {"@commands@", property_command_names()},
                         {"@properties@", properties()},
                         {"@counts@", text_of(counts, std::string(16, ' '))},
                         {"@values@", text_of(values, std::string(8, ' '))}});
}

}  // namespace mqtts::cli
