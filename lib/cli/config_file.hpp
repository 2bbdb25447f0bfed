// SPDX-License-Identifier: Apache-2.0
// Configuration files: one option a line, as mosquitto reads them.
//
//     # comment
//     --host broker.example
//     -t  home/lamp
//     --pw "with \"quotes\", a tab \t and a blank at the end "
//     -D publish user-property 'two words' value
//
// The option stands as on the command line, with its dashes. Everything after the first blank, to the end of the line,
// is its value: further blanks in front and blanks at the end belong to it. A value that begins with a quote ends with
// it; inside '…' nothing has a special meaning, inside "…" there are \\ \" \n \r \t and \xNN. An option with several
// values takes words, each of which may be quoted. Lines have any length, and may end with \r\n.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "cli/environment.hpp"
#include "cli/given.hpp"

namespace mqtts::cli {

/// Where the program's own file would be; empty: without XDG_CONFIG_HOME and HOME there is no such place. As the XDG
/// Base Directory Specification has it, a relative XDG_CONFIG_HOME does not count.
[[nodiscard]] std::string default_config_path(Command command, const Environment& environment);

/// For -d: which of the two variables was of no use, and why.
[[nodiscard]] std::vector<std::string> unusable_config_places(const Environment& environment);

/// The options of a file; a missing one is a failure if it is `required`, and empty otherwise. One that is there is
/// needed, whoever chose it: it may hold --pin. It has to be read before the deadline.
[[nodiscard]] Result<std::vector<Given>> read_config_file(
    Command command, const std::string& path, bool required,
    const std::optional<std::chrono::steady_clock::time_point>& deadline);

/// The options of a file's text; `path` is for errors and sources.
[[nodiscard]] Result<std::vector<Given>> parse_config(Command command, const std::string& path, std::string_view text);

/// A value as it can stand in a file, in quotes where it needs them; safe for a terminal, too.
[[nodiscard]] std::string file_value(std::string_view value);

}  // namespace mqtts::cli
