#include <fmt/format.h>

#include <map>

#include "cli/completions.hpp"
#include "cli/completions_support.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view script = R"(# Completion of @program@ for bash, written by: @program@ --completions bash

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
        mapfile -t COMPREPLY < <(compgen -W '@names@' -- "$current")
        return
    fi
    COMPREPLY=()
    case $option in
@values@    esac
}

complete -F @function@ @program@
)";

/// "-t | --topic"
std::string pattern(const Option& option) {
    return option.letter != 0 ? fmt::format("-{} | --{}", option.letter, option.name)
                              : fmt::format("--{}", option.name);
}

/// What fills COMPREPLY with the values of an option; empty: there is nothing to offer.
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
        case Completion::nothing:
            break;
    }
    return {};
}

/// The arms of a case: for each body the options it is for.
std::string arms(const std::map<std::string, std::string>& patterns, std::string_view indentation) {
    std::string text;
    for (const auto& [body, options] : patterns)
        text += fmt::format("{0}{1})\n{0}    {2}\n{0}    ;;\n", indentation, options, body);
    return text;
}

void add(std::map<std::string, std::string>& patterns, const std::string& body, const Option& option) {
    std::string& options = patterns[body];
    options += (options.empty() ? "" : " | ") + pattern(option);
}

}  // namespace

std::string bash_completions(Command command) {
    std::string names;
    std::string switches;
    std::map<std::string, std::string> counts;
    std::map<std::string, std::string> values;
    for (const Option* option : own_options(command)) {
        names += fmt::format("{}--{}", names.empty() ? "" : " ", option->name);
        if (option->letter != 0) names += fmt::format(" -{}", option->letter);
        if (option->is_switch()) {
            if (option->letter != 0) switches += option->letter;
            continue;
        }
        add(counts, fmt::format("missing={}", word_count(*option, {})), *option);
        if (const std::string body = offer(*option); !body.empty()) add(values, body, *option);
    }
    const std::string function = command == Command::publish ? "_mqtts_pub" : "_mqtts_sub";
    return fill(script, {{"@program@", program_name(command)},
                         {"@function@", function},
                         {"@switches@", switches},
                         {"@names@", names},
                         {"@counts@", arms(counts, std::string(16, ' '))},
                         {"@values@", arms(values, std::string(8, ' '))}});
}

}  // namespace mqtts::cli
