// SPDX-License-Identifier: Apache-2.0
// Configuration files: one option a line, as mosquitto reads them.
//
//     # comment
//     --host broker.example
//     -t  home/lamp
//     --pw "with \"quotes\", a tab \t and a blank at the end "
//     -D publish user-property 'two words' value
//
// The option is written as on the command line, with its dashes. Everything after the first blank, to the end of the
// line, is its value, with further blanks in front and blanks at the end. A value that begins with a quote ends with
// it; nothing inside '…' has a special meaning; \\ \" \n \r \t and \xNN are escapes inside "…". An option with
// several values takes words, each of which may be quoted. Lines have any length, and may end with \r\n.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "cli/environment.hpp"
#include "cli/given.hpp"
#include "cli/remark.hpp"

namespace mqtts::cli {

/// Returns where the program's own file would be, or an empty path without XDG_CONFIG_HOME and HOME. The XDG Base
/// Directory Specification ignores a relative XDG_CONFIG_HOME.
[[nodiscard]] std::string default_config_path(Command command, const Environment& environment);

/// Says for -d which of the two variables is not used, and why.
[[nodiscard]] std::vector<Remark> unusable_config_places(const Environment& environment);

/// Reads the options of a file before the deadline. A missing file is a failure if it is `required`, and empty
/// otherwise. A file that exists must be readable in either case: it may contain --pin.
[[nodiscard]] Result<std::vector<Given>> read_config_file(
    Command command, const std::string& path, bool required,
    const std::optional<std::chrono::steady_clock::time_point>& deadline);

/// Reads the options of a file's text. `path` is for errors and sources.
[[nodiscard]] Result<std::vector<Given>> parse_config(Command command, const std::string& path, std::string_view text);

/// Writes a value for a file, in quotes where it needs them, and escaped for a terminal.
[[nodiscard]] std::string file_value(std::string_view value);

}  // namespace mqtts::cli
