// SPDX-License-Identifier: Apache-2.0
#include "cli/help.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace mqtts::cli {

namespace {

constexpr std::string_view usage(Command command) {
    return command == Command::publish ? "Usage: mqtts-pub [OPTION]... -t TOPIC (-m TEXT | -f FILE | -s | -l | -n)\n"
                                         "Publish messages to an MQTT broker over verified TLS.\n"
                                       : "Usage: mqtts-sub [OPTION]... -t FILTER... [-- COMMAND...]\n"
                                         "Print messages from an MQTT broker, received over verified TLS.\n";
}

constexpr std::string_view examples(Command command) {
    return command == Command::publish
               ? "  mqtts-pub -h broker.example -t home/lamp -q 1 -m on\n"
                 "  tail -F app.log | mqtts-pub -h broker.example -t log/app -q 1 -l\n"
                 "  mqtts-pub -h broker --cafile ca.pem --cert me.pem --key me.key -t lamp -m on\n"
               : "  mqtts-sub -h broker.example -t 'home/#' -v\n"
                 "  mqtts-sub -h broker.example -t home/door -C 1 -W 10\n"
                 "  mqtts-sub -h broker.example -c -i archive -t 'log/#' -q 1 >>log\n";
}

/// The exit statuses in the order of their numbers, but for 1.
constexpr std::pair<std::string_view, std::string_view> statuses[] = {
    {"0", "done"},
    {"2", "command line, configuration, or a CA, certificate, key or password file"},
    {"3", "reading input or writing output failed"},
    {"4", "the broker is not reachable: name, connection, proxy or connect timeout"},
    {"5", "the broker's certificate is not trusted"},
    {"6", "other TLS failure, such as a missing client certificate"},
    {"7", "the broker refused the connection"},
    {"8", "the broker refused a message or a subscription"},
    {"9", "the broker broke the protocol"},
    {"10", "the connection was lost for good, or messages were left unacknowledged"},
    {"11", "an expectation about messages was not met"},
    {"27", "timed out (-W)"},
    {"128+n", "terminated by signal n before the work was finished"},
    {"1", "any other error"},
};

constexpr std::size_t help_column = 26;

/// Writes "  -t, --topic TOPIC".
std::string synopsis(const Option& option) {
    const std::string letter = option.letter != 0 ? fmt::format("-{},", option.letter) : "   ";
    const std::string optional = option.optional_value.empty() ? "" : fmt::format("[={}]", option.optional_value);
    return fmt::format("  {} --{}{}{}{}", letter, option.name, optional, option.is_switch() ? "" : " ", option.value);
}

/// Writes the synopsis and, in its own column, the help; a long synopsis gets a line of its own.
std::string line(const Option& option) {
    const std::string initial = option.initial.empty() ? "" : fmt::format(" [{}]", option.initial);
    const std::string left = synopsis(option);
    const std::string_view gap = left.size() < help_column ? "" : "\n";
    const std::size_t width = left.size() < help_column ? help_column : left.size();
    return fmt::format("{:{}}{}{:{}}{}{}\n", left, width, gap, "", gap.empty() ? 0 : help_column, option.help, initial);
}

std::string choices(const Option& option) {
    return option.choices.empty() ? "" : fmt::format("{:{}}one of: {}\n", "", help_column, option.choices);
}

std::string exit_statuses() {
    std::string text = "\nExit status:\n";
    for (const auto& [status, meaning] : statuses)
        text += fmt::format("{:>7}  {}\n", status, meaning);
    return text;
}

}  // namespace

std::string help(Command command, Detail detail) {
    std::string text(usage(command));
    std::string_view section;
    for (const Option& option : options()) {
        if (!includes(option.command, command) || option.is_refused()) continue;
        if (detail == Detail::common && !option.common) continue;
        if (option.section != section) text += fmt::format("\n{}:\n", section = option.section);
        text += line(option);
        if (detail == Detail::all) text += choices(option);
    }
    if (detail == Detail::all) text += exit_statuses();
    text += fmt::format("\nExamples:\n{}", examples(command));
    const std::string_view rest =
        detail == Detail::common ? "--help=all lists every option and the exit statuses; more: " : "more: ";
    return text + fmt::format("{}man {}\n", rest, program_name(command));
}

}  // namespace mqtts::cli
