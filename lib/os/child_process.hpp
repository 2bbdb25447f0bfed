// SPDX-License-Identifier: Apache-2.0
// A command that runs beside the program, with its standard descriptors, its environment and in its process group.
#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/signal_set.hpp>
#include <optional>
#include <string>
#include <vector>

#include "async/awaitable.hpp"
#include "base/error.hpp"

namespace mqtts::os {

/// Returns the program for a sentence: "'make'". If a whole command line was given as one word, "'curl …'": there may
/// be passwords among the arguments.
[[nodiscard]] std::string quoted_program(const std::vector<std::string>& command);

class ChildProcess {
public:
    explicit ChildProcess(const boost::asio::any_io_executor& executor);
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Starts the command. The first word is the program, looked up in PATH unless it has a '/'. The failure has the
    /// status of env(1): 127 when it is not found, 126 when it cannot be run.
    Result<> start(const std::vector<std::string>& command);
    [[nodiscard]] bool was_started() const noexcept { return id_ != 0; }

    /// Waits for its end, or to be cancelled. Precondition: was_started(). For one waiter.
    Awaitable<Result<>> wait();

    /// Sends it a signal, unless it has ended; from then on its status is not its own.
    void signal(int number);

    /// Returns the status it ended with by itself, 128 + n after a signal; nothing: it did not end by itself.
    [[nodiscard]] std::optional<int> status() const noexcept { return was_signalled_ ? std::nullopt : status_; }

private:
    bool has_ended();

    boost::asio::signal_set ended_;  // SIGCHLD
    pid_t id_ = 0;
    std::optional<int> status_;
    bool was_signalled_ = false;
};

}  // namespace mqtts::os
