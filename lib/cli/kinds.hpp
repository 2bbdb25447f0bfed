// SPDX-License-Identifier: Apache-2.0
// The words that options choose from, if no other module has them.
#pragma once

#include <cstdint>

namespace mqtts::cli {

/// What the program does: its work, or print something about itself.
enum class Action : std::uint8_t {
    run,
    explain,
    show_help,
    show_all_help,
    show_version,
    show_version_json,
    show_completions,
    show_share_status,
    show_share_status_json
};

enum class Shell : std::uint8_t { bash, zsh, fish };

/// Where the messages to publish come from.
enum class Source : std::uint8_t {
    message,      // -m: the text itself
    file,         // -f: a file as one message
    whole_stdin,  // -s: standard input as one message
    lines,        // -l: each line of standard input, or each record as --input says
    null,         // -n: one empty message
};

enum class ReportForm : std::uint8_t { text, json };

}  // namespace mqtts::cli
