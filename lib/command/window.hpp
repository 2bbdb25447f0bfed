// SPDX-License-Identifier: Apache-2.0
// The messages in the order of their delivery: how many of them are handled without a gap, and whose output is passed
// on next.
//
//     gone │ handled, commands ended │ its output is passed on │ others: running, queued, or handled before their time
//          ▲ handled()                ▲ next_output()
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

#include "command/job.hpp"

namespace mqtts::command {

class Window {
public:
    /// Adds the next message. Returns it; it is there until it is handled and its output is passed on.
    Job& add(std::unique_ptr<Job> job);
    /// Adds a message that is handled already.
    void add_handled();

    /// Returns the oldest message whose output is not complete or not passed on, or nullptr.
    [[nodiscard]] Job* next_output() noexcept;
    /// Keeps that message from leaving while its output is on its way out of the program.
    void hold_output(bool held) noexcept { held_ = held; }

    /// Removes what is handled and passed on.
    void settle() noexcept;

    /// Counts the messages that are handled, with all before them.
    [[nodiscard]] std::uint64_t handled() const noexcept { return handled_; }
    /// Counts the messages from the first one on that is not.
    [[nodiscard]] std::size_t size() const noexcept { return jobs_.size(); }

private:
    std::deque<std::unique_ptr<Job>> jobs_;  // nullptr: handled and passed on
    std::size_t next_output_ = 0;            // its place in jobs_; those before it are passed on
    std::uint64_t handled_ = 0;
    bool held_ = false;
};

}  // namespace mqtts::command
