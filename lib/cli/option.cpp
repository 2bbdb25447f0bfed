// SPDX-License-Identifier: Apache-2.0
#include "cli/option.hpp"

#include <algorithm>
#include <array>

#include "cli/options/tables.hpp"

namespace mqtts::cli {

namespace {

template <class Predicate>
const Option* find_if(Command command, Predicate predicate) noexcept {
    for (const Option& option : options())
        if (includes(option.command, command) && predicate(option)) return &option;
    return nullptr;
}

}  // namespace

std::size_t word_count(const Option& option, Values first) noexcept {
    if (option.is_switch()) return 0;
    if (option.words != nullptr) return option.words(first);
    return 1 + static_cast<std::size_t>(std::ranges::count(option.value, ' '));
}

std::span<const std::span<const Option>> option_tables() noexcept {
    static const std::array tables{
        connection_options(),   tls_options(),       identity_options(), message_options(),   input_options(),
        subscription_options(), output_options(),    command_options(),  ending_options(),    session_options(),
        network_options(),      websocket_options(), share_options(),    diagnosis_options(), configuration_options(),
        general_options(),      refused_options()};
    return tables;
}

const Option* find(Command command, std::string_view name) noexcept {
    return find_if(command, [&](const Option& option) { return option.name == name; });
}

const Option* find(Command command, char letter) noexcept {
    if (letter == 0) return nullptr;
    return find_if(command, [&](const Option& option) { return option.letter == letter; });
}

}  // namespace mqtts::cli
