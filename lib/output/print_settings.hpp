// SPDX-License-Identifier: Apache-2.0
// The settings that decide which received messages are printed, and when that is enough.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "format/settings.hpp"

namespace mqtts::output {

/// Checks a regular expression for --until. The failure (bad_option) says what is wrong with it.
[[nodiscard]] Result<> check_pattern(const std::string& expression);

struct PrintSettings {
    format::Settings format;
    std::uint64_t count = 0;              // -C: end after COUNT messages; 0: no limit
    bool skip_retained = false;           // -R
    bool retained_only = false;           // --retained-only: end at the first message that is not retained
    std::vector<std::string> filter_out;  // -T: Topic Filters of messages that do not count
    std::optional<std::string> until;     // --until: end at the first payload this matches; passed check_pattern()
    bool expect_none = false;             // --expect-none: a message is a failure
    bool note_time = false;               // note when each message came
    double random_filter = 100;           // --random-filter: per cent of the messages to print
    bool message_rate = false;            // --message-rate: print messages per second instead of the messages
    bool watch = false;                   // -w: each topic has a line of the terminal
    std::string broker;                   // what -w shows as its title
    bool raw = false;                     // --raw: the exact bytes, even to a terminal
};

}  // namespace mqtts::output
