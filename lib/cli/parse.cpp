// SPDX-License-Identifier: Apache-2.0
#include "cli/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/config_file.hpp"
#include "cli/explain.hpp"

namespace mqtts::cli {

namespace {

Result<> apply(Settings& settings, const Given& given) {
    if (given.option->is_refused())
        return Failure{Errc::bad_option, fmt::format("{}: {}", given.name, given.option->refusal)};
    const std::vector<std::string_view> values(given.values.begin(), given.values.end());
    auto applied = given.option->apply(settings, values);
    if (!applied) return Failure{applied.error().code, fmt::format("{}: {}", given.name, applied.error().what)};
    return applied;
}

std::vector<Given> initial_values(Command command) {
    std::vector<Given> result;
    for (const Option& option : options())
        if (includes(option.command, command) && !option.initial.empty())
            result.push_back(
                {&option, {std::string(option.initial)}, fmt::format("--{}", option.name), std::string(from_default)});
    return result;
}

/// What the configuration file and the environment say, after what holds without them.
Result<std::vector<Given>> read_surroundings(Command command, const Settings& settings,
                                             const Environment& environment) {
    std::vector<Given> result = initial_values(command);
    const std::optional<std::string>& named = settings.options_file;
    auto configured =
        read_config_file(command, named.value_or(default_config_path(command, environment)), named.has_value());
    if (!configured) return configured.error();
    std::ranges::move(*configured, std::back_inserter(result));
    std::ranges::move(read_environment(command, environment), std::back_inserter(result));
    return result;
}

/// Is the option spoken of, "-t" or "--topic"?
bool speaks_of(std::string_view sentence, const Option& option) {
    const auto has_word = [&](std::string_view word) {
        const auto is_part = [](char c) {
            return c == '-' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        };
        for (std::size_t at = sentence.find(word); at != sentence.npos; at = sentence.find(word, at + 1)) {
            const std::size_t end = at + word.size();
            if ((at == 0 || !is_part(sentence[at - 1])) && (end == sentence.size() || !is_part(sentence[end])))
                return true;
        }
        return false;
    };
    return has_word(fmt::format("--{}", option.name)) ||
           (option.letter != 0 && has_word(fmt::format("-{}", option.letter)));
}

/// A contradiction between options, with the places of those that the reader does not see on the command line. Its
/// sentence begins with `refused`, which contradicts itself only if it may stand more than once.
Failure with_places(Failure failure, std::span<const Given> given, const Option* refused = nullptr) {
    std::string places;
    for (const Given& one : given) {
        if (one.source == from_command_line || one.source == from_default) continue;
        if ((one.option == refused && !refused->repeatable) || !speaks_of(failure.what, *one.option)) continue;
        places += fmt::format("{}--{}: {}", places.empty() ? "" : "; ", one.option->name, one.source);
    }
    if (!places.empty()) failure.what += fmt::format(" ({})", places);
    return failure;
}

}  // namespace

Result<Settings> parse(Command command, int argc, char** argv, const Environment& environment) {
    auto command_line = read_command_line(command, {argv + 1, argv + std::max(argc, 1)});
    if (!command_line) return command_line.error();
    std::vector<Given>& typed = command_line->options;
    Settings settings;
    settings.subscribe.child_command = std::move(command_line->child_command);
    // These decide what else is read. Nothing that is wrong elsewhere keeps --help from helping.
    for (const Given& given : typed) {
        if (!given.option->command_line_only) continue;
        if (auto applied = apply(settings, given); !applied) return applied.error();
        if (settings.action != Action::run && settings.action != Action::explain) return settings;
    }

    auto given = read_surroundings(command, settings, environment);
    if (!given) return given.error();
    std::ranges::move(typed, std::back_inserter(*given));
    for (auto next = given->begin(); next != given->end(); ++next) {
        if (next->option->command_line_only) continue;
        if (auto applied = apply(settings, *next); !applied)
            return with_places(applied.error(), {given->begin(), next}, next->option);
    }
    if (settings.action == Action::explain) {
        settings.explanation = explain(*given);
        return settings;
    }
    if (auto checked = check(settings, command); !checked) return with_places(checked.error(), *given);
    return settings;
}

}  // namespace mqtts::cli
