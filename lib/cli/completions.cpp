// SPDX-License-Identifier: Apache-2.0
#include "cli/completions.hpp"

#include <fmt/format.h>

#include "cli/completions_support.hpp"

namespace mqtts::cli {

std::vector<const Option*> own_options(Command command) {
    std::vector<const Option*> result;
    for (const Option& option : options())
        if (includes(option.command, command) && !option.is_refused()) result.push_back(&option);
    return result;
}

std::string fill(std::string_view script, std::initializer_list<std::pair<std::string_view, std::string_view>> marks) {
    std::string text(script);
    for (const auto& [mark, replacement] : marks)
        for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + replacement.size()))
            text.replace(at, mark.size(), replacement);
    return text;
}

std::string with_backslashes(std::string_view text, std::string_view special) {
    std::string result;
    for (const char character : text) {
        if (special.find(character) != special.npos) result += '\\';
        result += character;
    }
    return result;
}

std::string property_command_names() {
    std::string names;
    for (const PropertyCommand& command : property_commands())
        names += fmt::format("{}{}", names.empty() ? "" : " ", command.name);
    return names;
}

std::string property_names(const PropertyCommand& command) {
    std::string names;
    for (const wire::PropertyInfo& property : wire::property_table())
        if (command.takes(property)) names += fmt::format("{}{}", names.empty() ? "" : " ", property.name);
    return names;
}

std::string completions(Command command, Shell shell) {
    switch (shell) {
        case Shell::bash:
            return bash_completions(command);
        case Shell::zsh:
            return zsh_completions(command);
        case Shell::fish:
            break;
    }
    return fish_completions(command);
}

}  // namespace mqtts::cli
