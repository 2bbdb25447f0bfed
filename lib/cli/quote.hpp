// SPDX-License-Identifier: Apache-2.0
// Decides for all sentences which part of the command line they quote: none that may be a password. A shell drops an
// empty variable, and the next word takes its place; an option is mistyped; a password is given instead of a file, a
// port or a PIN.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "cli/option.hpp"

namespace mqtts::cli {

/// Returns 'TEXT', escaped for a terminal and shortened: for a value that must be a number, a name or a word. Hides the
/// user and password of a URL in it.
[[nodiscard]] std::string quoted(std::string_view typed);

/// Quotes a value in whose place people give a password only if it is an option, which follows an option whose value
/// was forgotten. Otherwise returns "its value".
[[nodiscard]] std::string quoted_unless_secret(std::string_view typed);

/// Makes the failure "unknown option --hots" with the hint "did you mean --host?", for a word that should begin with
/// the name of an option. Quotes only the name, and only if it is near an option that exists, or looks like one;
/// otherwise `place` says where the word is, such as " in word 3 of the command line". If `place` is empty, a name of
/// plain letters is not quoted either: a file of passwords is full of them.
[[nodiscard]] Failure unknown_option(Command command, std::string_view word, std::string_view place);

/// Makes the same for a letter, "-e", in an element of the command line.
[[nodiscard]] Failure unknown_letter(Command command, char letter, std::string_view element);

/// "-t", "--topic": does either program have this option?
[[nodiscard]] bool is_option(std::string_view word) noexcept;

/// Returns the name, with its dashes, at the beginning of a word: "--pw" of "--pw=hunter2".
[[nodiscard]] std::string_view option_name(std::string_view word) noexcept;

}  // namespace mqtts::cli
