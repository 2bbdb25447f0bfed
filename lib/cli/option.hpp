// SPDX-License-Identifier: Apache-2.0
// The options of both programs, in one table.
//
// Whatever knows an option reads it here: the parser, --help, and the tests that hold the man pages against it. An
// initial value goes through the same apply() as a typed one, so the default that --help prints is the one in force.
#pragma once

#include <cstdint>
#include <ranges>
#include <span>
#include <string_view>

#include "cli/bad_option.hpp"

namespace mqtts::cli {

struct Arguments;

/// A program, or both of them.
enum class Command : std::uint8_t { publish = 1, subscribe = 2, both = publish | subscribe };

[[nodiscard]] constexpr bool includes(Command commands, Command command) noexcept {
    return (static_cast<unsigned>(commands) & static_cast<unsigned>(command)) != 0;
}

[[nodiscard]] constexpr std::string_view program_name(Command command) noexcept {
    return command == Command::publish ? "mqtts-pub" : "mqtts-sub";
}

/// What a shell can offer as the value.
enum class Completion : std::uint8_t { nothing, file, directory, host, choice, property };

/// The words given as an option's value: none for a switch, several for -D.
using Values = std::span<const std::string_view>;

struct Option {
    std::string_view name;     // "topic": --topic
    char letter = 0;           // 't': -t; 0: none
    std::string_view value;    // what stands for the value in --help, a name for each word; empty: a switch
    std::string_view section;  // heading in --help and in the man page
    std::string_view help;     // one line of at most 60 columns, no full stop
    std::string_view initial;  // the value in force when none is given; empty: none
    std::string_view choices;  // all the values there are, separated by spaces; empty: any
    std::string_view refusal;  // known from mosquitto and never supported: why, and what to use instead
    Command command = Command::both;
    Completion completion = Completion::nothing;
    bool repeatable = false;               // otherwise the last one counts
    bool common = false;                   // part of --help; --help=all shows the others, too
    bool command_line_only = false;        // about this very call: makes no sense in a configuration file
    std::string_view optional_value = {};  // what a switch may have attached: "all" just that, "SECONDS" any value

    /// How many words the value has, where its first ones decide that; otherwise as many as `value` names.
    std::size_t (*words)(Values first) = nullptr;

    /// The part of the value that is wiped from argv and never shown; empty: none.
    std::string_view (*secret)(Values) = nullptr;

    /// Takes the value over. The failure's sentence is only the reason: which option it was is known to the parser.
    Outcome<> (*apply)(Arguments&, Values) = nullptr;

    [[nodiscard]] constexpr bool is_switch() const noexcept { return value.empty(); }
    [[nodiscard]] constexpr bool is_refused() const noexcept { return !refusal.empty(); }
};

/// How many words the value of an option has that begins like this.
[[nodiscard]] std::size_t word_count(const Option& option, Values first) noexcept;

/// Grouped by section; a name or letter with a different meaning in each program stands there twice.
[[nodiscard]] std::span<const std::span<const Option>> option_tables() noexcept;
[[nodiscard]] inline auto options() noexcept {
    return std::views::join(option_tables());  // a copy of all would cost each start more than the search
}

/// Nothing: the program has no such option.
[[nodiscard]] const Option* find(Command command, std::string_view name) noexcept;
[[nodiscard]] const Option* find(Command command, char letter) noexcept;

}  // namespace mqtts::cli
