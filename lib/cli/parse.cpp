// SPDX-License-Identifier: Apache-2.0
#include "cli/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/config_file.hpp"
#include "cli/explain.hpp"
#include "cli/inherited.hpp"
#include "cli/resolve/resolve.hpp"
#include "cli/resolve/share.hpp"
#include "cli/resolve/warnings.hpp"

namespace mqtts::cli {

namespace {

Result<> apply(Arguments& arguments, const Given& given) {
    const Option& option = *given.option;
    if (option.is_refused()) return bad(fmt::format("{}: {}", given.name, option.refusal), std::string(option.instead));
    const std::vector<std::string_view> values(given.values.begin(), given.values.end());
    auto applied = option.apply(arguments, values);
    if (applied) return applied;
    return with_cause(applied.error(), fmt::format("{}: {}", given.name, applied.error().cause));
}

Given initial_value(const Option& option) {
    const std::string spelling = fmt::format("--{}", option.name);
    return {&option, {std::string(option.initial)}, spelling, spelling, std::string(from_default)};
}

std::vector<Given> initial_values(Command command) {
    std::vector<Given> result;
    for (const Option& option : options())
        if (includes(option.command, command) && !option.initial.empty()) result.push_back(initial_value(option));
    return result;
}

/// Reads what counts before the environment and the command line: the initial values, and the configuration file.
Result<std::vector<Given>> read_surroundings(Command command, const Arguments& arguments,
                                             const Environment& environment) {
    std::vector<Given> result = initial_values(command);
    const std::optional<std::string>& named = arguments.options_file;
    auto configured = read_config_file(command, named.value_or(default_config_path(command, environment)),
                                       named.has_value(), arguments.deadline);
    if (!configured) return configured.error();
    std::ranges::move(*configured, std::back_inserter(result));
    return result;
}

/// Is the failure about this option?
bool is_about(const Failure& failure, const Option& option) {
    const std::string name = fmt::format("--{}", option.name);
    const std::string letter = option.letter != 0 ? fmt::format("-{}", option.letter) : name;
    return std::ranges::any_of(failure.about,
                               [&](std::string_view spelled) { return spelled == name || spelled == letter; });
}

/// Does this one count? Only the last one does, unless the option is repeatable.
bool is_in_force(const Given& one, std::span<const Given> given) {
    const auto behind = given.subspan(static_cast<std::size_t>(&one - given.data()) + 1);
    return one.option->repeatable || std::ranges::find(behind, one.option, &Given::option) == behind.end();
}

/// Adds to the cause of a contradiction the places of the options that are not on the command line. `refused` is the
/// option whose apply() failed; it contradicts itself only if it is repeatable.
Failure with_places(Failure failure, std::span<const Given> given, const Option* refused = nullptr) {
    std::string places;
    for (const Given& one : given) {
        if (one.source == from_command_line || one.source == from_default || !is_in_force(one, given)) continue;
        if ((one.option == refused && !refused->repeatable) || !is_about(failure, *one.option)) continue;
        places += fmt::format("{}--{}: {}", places.empty() ? "" : "; ", one.option->name, one.source);
    }
    if (!places.empty()) failure.cause += fmt::format(" ({})", places);
    return failure;
}

/// Completes the failure of an option that could not be applied: it is about this option first of all.
Failure of_option(Failure failure, const Given& refused, std::span<const Given> before) {
    failure = with_places(std::move(failure), before, refused.option);
    if (!is_about(failure, *refused.option)) failure.about.insert(failure.about.begin(), refused.spelling);
    return failure;
}

/// Applies the options in order, and appends each to `given`. Those for the command line only were applied before.
Result<> apply_all(Arguments& arguments, std::vector<Given> more, std::vector<Given>& given) {
    for (Given& next : more) {
        if (!next.option->command_line_only)
            if (auto applied = apply(arguments, next); !applied) return of_option(applied.error(), next, given);
        given.push_back(std::move(next));
    }
    return {};
}

/// Makes the unique names that are needed.
Unique draw(const Arguments& arguments) {
    Unique unique;
    const SessionArguments& session = arguments.session;
    if (session.client_identifier_prefix) unique.process_identifier = process_identifier();
    if (session.version == wire::ProtocolVersion::v31) unique.client_identifier = random_client_identifier();
    if (!arguments.publish.response_topic) return unique;
    unique.response_topic = random_name();
    unique.correlation_data = random_name();
    return unique;
}

/// Applies -W before files are read, wherever it was given. If its value is wrong, apply_all() says so.
void apply_timeout(Arguments& arguments, std::span<const Given> given, std::chrono::steady_clock::time_point started) {
    for (const Given& one : given)
        if (one.option->name == "timeout") static_cast<void>(apply(arguments, one));
    if (arguments.timeout) arguments.deadline = started + *arguments.timeout;
}

/// Makes the settings to print something about the program; the others stay incomplete.
Settings to_print(const Arguments& arguments, std::string explanation = {}) {
    Settings settings;
    settings.action = arguments.action;
    settings.shell = arguments.shell;
    settings.explanation = std::move(explanation);
    settings.diagnosis.log_format = arguments.diagnosis.log_format.value_or(Log::Format::text);
    return settings;
}

}  // namespace

Result<Settings> parse(Command command, int argc, char** argv, const Environment& environment) {
    const auto started = std::chrono::steady_clock::now();
    auto command_line = read_command_line(command, {argv + 1, argv + std::max(argc, 1)});
    if (!command_line) return command_line.error();
    std::vector<Given>& typed = command_line->options;
    Arguments arguments;
    arguments.command = command;
    arguments.subscribe.child_command = std::move(command_line->child_command);
    apply_timeout(arguments, typed, started);
    // These decide what else is read. --help works whatever is wrong elsewhere.
    for (const Given& given : typed) {
        if (!given.option->command_line_only) continue;
        if (auto applied = apply(arguments, given); !applied) return of_option(applied.error(), given, {});
        if (arguments.action != Action::run && arguments.action != Action::explain) return to_print(arguments);
    }

    auto surroundings = read_surroundings(command, arguments, environment);
    if (!surroundings) return surroundings.error();
    apply_timeout(arguments, *surroundings, started);
    apply_timeout(arguments, typed, started);
    std::vector<Given> given;
    if (auto applied = apply_all(arguments, *std::move(surroundings), given); !applied) return applied.error();
    Inheritance inheritance;
    inheritance.take(read_environment(command, environment), arguments, given);
    if (auto applied = apply_all(arguments, std::move(typed), given); !applied) return applied.error();
    if (auto kept = inheritance.keep_what_is_needed(arguments, given); !kept) return kept.error();
    if (arguments.action == Action::explain) return to_print(arguments, explain(given));
    arguments.unique = draw(arguments);
    auto settings = resolve(arguments);
    if (!settings) return with_places(settings.error(), given);
    settings->origins = origins(arguments, given);
    settings->notes = inheritance.notes();
    if (!arguments.options_file)
        std::ranges::move(unusable_config_places(environment), std::back_inserter(settings->notes));
    settings->warnings = warnings(arguments, given);
    if (settings->share.idle) settings->share.counted = counted_options(given);
    return *std::move(settings);
}

}  // namespace mqtts::cli
