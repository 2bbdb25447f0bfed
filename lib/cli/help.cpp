// SPDX-License-Identifier: Apache-2.0
#include "cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace mqtts::cli {

namespace {

constexpr std::string_view usage(Command command) {
    return command == Command::publish ? "Usage: mqtts-pub [OPTION]... -t TOPIC (-m TEXT | -f FILE | -s | -l | -n)\n"
                                         "Publish messages to an MQTT broker over verified TLS.\n"
                                       : "Usage: mqtts-sub [OPTION]... -t FILTER... [-- COMMAND...]\n"
                                         "Print the messages of an MQTT broker, received over verified TLS.\n";
}

constexpr std::string_view examples(Command command) {
    return command == Command::publish
               ? "  mqtts-pub -h broker.example -t home/lamp -q 1 -m on\n"
                 "  tail -F app.log | mqtts-pub -h broker.example -t log/app -q 1 -l\n"
                 "  mqtts-pub -h broker.example --cafile ca.pem --cert me.pem --key me.key -t home/lamp -m on\n"
               : "  mqtts-sub -h broker.example -t 'home/#' -v\n"
                 "  mqtts-sub -h broker.example -t home/door -C 1 -W 10\n"
                 "  mqtts-sub -h broker.example -c -i archive -t 'log/#' -q 1 >>log\n";
}

constexpr std::size_t help_column = 30;

/// "  -t, --topic TOPIC"
std::string synopsis(const Option& option) {
    const std::string letter = option.letter != 0 ? fmt::format("-{},", option.letter) : "   ";
    const std::string optional = option.optional_value.empty() ? "" : fmt::format("[={}]", option.optional_value);
    return fmt::format("  {} --{}{}{}{}", letter, option.name, optional, option.is_switch() ? "" : " ", option.value);
}

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

/// How many characters to insert, delete, replace, or exchange with their neighbour.
std::size_t distance(std::string_view from, std::string_view to) {
    using Row = std::vector<std::size_t>;  // distances of the part of `from` read so far to each start of `to`
    Row row(to.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    Row last;         // one character of `from` earlier
    Row before_last;  // two
    for (std::size_t i = 0; i < from.size(); ++i) {
        before_last = std::exchange(last, row);
        row[0] = i + 1;
        for (std::size_t j = 0; j < to.size(); ++j) {
            row[j + 1] = std::min({last[j] + (from[i] == to[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1});
            const bool exchanged = i > 0 && j > 0 && from[i] == to[j - 1] && from[i - 1] == to[j];
            if (exchanged) row[j + 1] = std::min(row[j + 1], before_last[j - 1] + 1);
        }
    }
    return row.back();
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
    text += fmt::format("\nExamples:\n{}", examples(command));
    const std::string_view others = detail == Detail::common ? "--help=all shows every option; " : "";
    return text + fmt::format("\n{}more: man {}\n", others, program_name(command));
}

const Option* nearest(Command command, std::string_view name) {
    if (name == "pass" || name == "passwd" || name == "password") return find(command, "pw");
    const Option* best = nullptr;
    std::size_t best_distance = (name.size() + 1) / 3 + 1;
    for (const Option& option : options()) {
        if (!includes(option.command, command) || option.is_refused()) continue;
        const std::size_t cut_short = name.size() > 1 && option.name.starts_with(name) ? 1 : best_distance;
        const std::size_t far = std::min(cut_short, distance(name, option.name));
        if (far >= best_distance || far >= option.name.size()) continue;
        best = &option;
        best_distance = far;
    }
    return best;
}

std::string advice(Command command, std::string_view spelling, std::string_view element) {
    const Command other = command == Command::publish ? Command::subscribe : Command::publish;
    const bool is_letter = spelling.size() == 2;
    if ((is_letter ? find(other, spelling[1]) : find(other, spelling.substr(2))) != nullptr)
        return fmt::format("it belongs to {}", program_name(other));
    // -verbsoe, taken letter by letter, fails at -b; what was meant is in the whole element.
    std::string_view word = element.substr(0, element.find('='));
    word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
    if (const Option* option = nearest(command, word)) return fmt::format("did you mean --{}?", option->name);
    return fmt::format("{} --help=all lists them all", program_name(command));
}

}  // namespace mqtts::cli
