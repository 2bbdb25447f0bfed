// SPDX-License-Identifier: Apache-2.0
#include "cli/option.hpp"

#include <algorithm>
#include <vector>

#include "cli/options/tables.hpp"

namespace mqtts::cli {

namespace {

std::vector<Option> join_parts() {
    const auto parts = {connection_options(),    network_options(), websocket_options(), tls_options(),
                        identity_options(),      session_options(), message_options(),   input_options(),
                        subscription_options(),  ending_options(),  output_options(),    diagnosis_options(),
                        configuration_options(), general_options(), refused_options()};
    std::size_t count = 0;
    for (const auto part : parts)
        count += part.size();
    std::vector<Option> table;
    table.reserve(count);  // every page that is touched once costs as much as looking all options up
    for (const auto part : parts)
        table.insert(table.end(), part.begin(), part.end());
    return table;
}

template <class Predicate>
const Option* find_if(Command command, Predicate predicate) noexcept {
    const auto found = std::ranges::find_if(
        options(), [&](const Option& option) { return includes(option.command, command) && predicate(option); });
    return found != options().end() ? &*found : nullptr;
}

}  // namespace

std::size_t word_count(const Option& option, Values first) noexcept {
    if (option.is_switch()) return 0;
    if (option.words != nullptr) return option.words(first);
    return 1 + static_cast<std::size_t>(std::ranges::count(option.value, ' '));
}

std::span<const Option> options() noexcept {
    static const std::vector<Option> table = join_parts();
    return table;
}

const Option* find(Command command, std::string_view name) noexcept {
    return find_if(command, [&](const Option& option) { return option.name == name; });
}

const Option* find(Command command, char letter) noexcept {
    if (letter == 0) return nullptr;
    return find_if(command, [&](const Option& option) { return option.letter == letter; });
}

}  // namespace mqtts::cli
