// SPDX-License-Identifier: Apache-2.0
// Which command handles which message, and what its failure means: --exec, --on, --reply.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mqtts::command {

/// A command, and the subscriptions whose messages it handles.
struct Rule {
    std::string command;                                       // for sh -c
    std::vector<std::string> topic_filters = {};               // of its subscriptions, as they were asked for
    std::vector<std::uint32_t> subscription_identifiers = {};  // of the same; empty: the subscriptions have none
};

/// What follows when a command has failed.
enum class OnFailure : std::uint8_t {
    end,    // the run ends with the command's status, the message stays unacknowledged
    go_on,  // the message is acknowledged, the run goes on, and fails in the end
    retry,  // the command runs again, a few times; then `end`
};

struct Settings {
    std::vector<Rule> rules;  // in the order of the command line; empty: no command runs
    OnFailure on_failure = OnFailure::end;
    std::uint64_t retries = 5;                         // of OnFailure::retry, after the first failure
    std::optional<std::chrono::milliseconds> timeout;  // of each run of a command; nothing: no limit
    std::size_t jobs = 1;                              // how many messages are handled at once
    /// Acknowledge a message, and record that, before another command begins where its own has run: kill -9 then
    /// repeats less. Otherwise a command begins at once, and no processor waits for the broker.
    bool acknowledges_first = true;
    bool reply = false;          // publish what the command writes to the Response Topic
    bool reply_failure = false;  // and tell a requester that the command has failed
};

}  // namespace mqtts::command
