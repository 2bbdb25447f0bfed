// SPDX-License-Identifier: Apache-2.0
// What decides which received messages are printed, and when that is enough.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "format/settings.hpp"

namespace mqtts::output {

/// Is it a regular expression for --until? The failure (bad_option) says what is wrong in it.
[[nodiscard]] Result<> check_pattern(const std::string& expression);

struct PrintSettings {
    format::Settings format;
    std::uint64_t count = 0;              // -C: end after so many messages; 0: no limit
    bool skip_retained = false;           // -R
    bool retained_only = false;           // --retained-only: end at the first message that is not
    std::vector<std::string> filter_out;  // -T: Topic Filters of messages that do not count
    std::optional<std::string> until;     // --until: end at the first payload this matches; passed check_pattern()
    bool expect_none = false;             // --expect-none: any message is one too many
    bool note_time = false;               // take down when each message came
    double random_filter = 100;           // --random-filter: per cent of the messages to print
    bool message_rate = false;            // --message-rate: how many there were in each second, instead of the messages
    bool watch = false;                   // -w: each topic has a line of the terminal
    std::string broker;                   // what -w shows as its title
    bool raw = false;                     // --raw: the exact bytes, even to a terminal
};

}  // namespace mqtts::output
