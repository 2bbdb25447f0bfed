// SPDX-License-Identifier: Apache-2.0
// SIGINT and SIGTERM for code that waits in poll(2) and has no event loop.
#pragma once

#include <array>
#include <csignal>

#include "os/open_file.hpp"

namespace mqtts::os {

/// Turns the two signals into bytes of a pipe while it lives, and restores what they did before. One at a time.
class SignalPipe {
public:
    SignalPipe();
    SignalPipe(const SignalPipe&) = delete;
    SignalPipe& operator=(const SignalPipe&) = delete;
    ~SignalPipe();

    /// Returns a descriptor that is readable when a signal has come; -1: there is no pipe, and signals end the process.
    [[nodiscard]] int descriptor() const noexcept { return reader_.get(); }
    /// Returns the number of the next signal that has come; 0: none.
    [[nodiscard]] int take() const noexcept;

private:
    SignalPipe(std::array<int, 2> ends);

    OpenFile reader_;
    OpenFile writer_;
    struct sigaction interrupt_ {};
    struct sigaction terminate_ {};
};

}  // namespace mqtts::os
