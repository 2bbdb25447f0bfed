// SPDX-License-Identifier: Apache-2.0
// The options of both programs, in one table.
//
// The parser, --help and the tests that compare the man pages with it read this table. An initial value goes through
// the same apply() as a typed one, so the default that --help prints is the one in force.
#pragma once

#include <cstdint>
#include <optional>
#include <ranges>
#include <span>
#include <string>
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

/// What decides whether two calls with --share may use the same connection. An option counts unless its row says that
/// it is about one message or one call alone: so a new option can make sharing rarer, never weaker.
enum class Counts : std::uint8_t {
    value,         // its words
    file_content,  // what the file contains
    per_call,      // nothing
};

/// The words given as an option's value: none for a switch, several for -D.
using Values = std::span<const std::string_view>;

struct Option {
    std::string_view name;     // "topic": --topic
    char letter = 0;           // 't': -t; 0: none
    std::string_view value;    // its name in --help, a name for each word of it: "FILTER OPTIONS"; empty: a switch
    std::string_view section;  // heading in --help and in the man page
    std::string_view help;     // what happens when the option is given: one line, no full stop
    std::string_view initial;  // the value in force when none is given; empty: none
    std::string_view choices;  // all the values there are, separated by spaces; empty: any
    std::string_view refusal;  // of an option that only mosquitto has: why it is not supported
    std::string_view instead;  // and what to use instead
    Command command = Command::both;
    Completion completion = Completion::nothing;
    bool repeatable = false;               // otherwise the last one counts
    bool common = false;                   // part of --help, not only of --help=all
    bool command_line_only = false;        // makes no sense in a configuration file
    std::string_view optional_value = {};  // what may follow a switch and =: "all" only this word, "SECONDS" any value

    /// Counts the words of the value, if the first ones decide that. By default `value` names each word.
    std::size_t (*words)(Values first) = nullptr;

    /// Finds the part of the value that is wiped from argv and never shown. May return an empty one.
    std::string_view (*secret)(Values) = nullptr;

    /// What of it decides whether two calls may share a connection.
    Counts counts = Counts::value;
    /// Finds the part that counts, if not all of the value does. Nothing: this value is about one message alone.
    std::optional<std::string> (*part_that_counts)(Values) = nullptr;

    /// Stores the value. The cause of a failure is only the reason: the parser puts the option before it.
    Result<> (*apply)(Arguments&, Values) = nullptr;

    [[nodiscard]] constexpr bool is_switch() const noexcept { return value.empty(); }
    [[nodiscard]] constexpr bool is_refused() const noexcept { return !refusal.empty(); }
};

/// Counts the words of an option's value, of which these are the first.
[[nodiscard]] std::size_t word_count(const Option& option, Values first) noexcept;

/// Lists all options by section. A name or letter with a different meaning in each program is there twice.
[[nodiscard]] std::span<const std::span<const Option>> option_tables() noexcept;
[[nodiscard]] inline auto options() noexcept {
    return std::views::join(option_tables());  // a copy of all would cost each start more than the search
}

/// Returns nullptr if the program has no such option.
[[nodiscard]] const Option* find(Command command, std::string_view name) noexcept;
[[nodiscard]] const Option* find(Command command, char letter) noexcept;

}  // namespace mqtts::cli
