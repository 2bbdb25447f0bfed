// SPDX-License-Identifier: Apache-2.0
#include "cli/suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "cli/other_tools.hpp"

namespace mqtts::cli {

namespace {

/// Counts the characters to insert, delete, replace, or exchange with their neighbour.
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

const Option* nearest(Command command, std::string_view name) {
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

std::string suggestion(Command command, std::string_view spelling, std::string_view element) {
    if (const ForeignOption* foreign = find_foreign(command, spelling)) return std::string(foreign->hint);
    const Command other = command == Command::publish ? Command::subscribe : Command::publish;
    const bool is_letter = spelling.size() == 2;
    if ((is_letter ? find(other, spelling[1]) : find(other, spelling.substr(2))) != nullptr)
        return fmt::format("use {}, which has it", program_name(other));
    // -verbsoe, taken letter by letter, fails at -b; what was meant is in the whole element.
    std::string_view word = element.substr(0, element.find('='));
    word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
    if (const Option* option = nearest(command, word)) return fmt::format("did you mean --{}?", option->name);
    return fmt::format("see {} --help=all", program_name(command));
}

}  // namespace mqtts::cli
