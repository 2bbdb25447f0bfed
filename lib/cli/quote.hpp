// SPDX-License-Identifier: Apache-2.0
// What a sentence quotes of that which was typed, decided here for all of them: nothing that stands where a password
// could stand. A shell leaves an empty variable out, and what follows moves one place to the front; an option is
// mistyped; a password is given where a file, a port or a PIN of another program belongs.
#pragma once

#include <string>
#include <string_view>

#include "cli/option.hpp"

namespace mqtts::cli {

/// 'TEXT', fit for a terminal and shortened: a value that has to be a number, a name or a word. The user and password
/// of a URL in it are hidden.
[[nodiscard]] std::string quoted(std::string_view typed);

/// The same of a value in whose place people give a password: it is quoted only if it is an option, which a forgotten
/// value makes one. Otherwise "its value".
[[nodiscard]] std::string quoted_unless_secret(std::string_view typed);

/// "unknown option --hots: did you mean --host?", of a word that should begin with the name of an option. Only the name
/// is quoted, and only if it is near one that there is, or looks like one; otherwise `place` says where it is, such as
/// " in word 3 of the command line". Letters alone make no name where `place` is empty: a file of passwords has them.
[[nodiscard]] std::string unknown_option(Command command, std::string_view word, std::string_view place);

/// "-t", "--topic": does either program have this option?
[[nodiscard]] bool is_option(std::string_view word) noexcept;

/// The name, with its dashes, at the beginning of a word: "--pw" of "--pw=hunter2".
[[nodiscard]] std::string_view option_name(std::string_view word) noexcept;

}  // namespace mqtts::cli
