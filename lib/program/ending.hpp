// SPDX-License-Identifier: Apache-2.0
// Handles what goes on beside the messages of mqtts-sub: tells that it is ready, runs the command, and decides that the
// run is over.
//
//   subscribed() ──► the command runs ──► it ended ──► what it caused has come, or nothing for --idle ──► conclude()
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "async/notification.hpp"
#include "client/client.hpp"
#include "os/child_process.hpp"
#include "os/readiness.hpp"
#include "output/expectation.hpp"
#include "program/program.hpp"

namespace mqtts::program {

class Ending {
public:
    using Clock = std::chrono::steady_clock;

    /// All must outlive it.
    Ending(const boost::asio::any_io_executor& executor, const Program& program, client::Client& client,
           const output::Expectation& expectation);

    /// Tells that every subscription was granted, and starts the command. For Client::on_subscribed().
    Result<> subscribed();

    /// Tells until when messages were handled, or that they still are: the current time. A silence for --idle begins
    /// then. Messages that are printed need no time.
    void handles_until(std::function<Clock::time_point()> time) { handled_until_ = std::move(time); }

    /// Ends the client when the command or --idle says so. Never ends by itself: it is cancelled with the client's run.
    Awaitable<Result<>> watch();

    /// Names what is waited for besides the broker: "waiting for 'make' to end"; empty: nothing.
    [[nodiscard]] std::string waiting_for() const;

    /// Makes the result of the program from that of the client. Ends a command that still runs: after a success it has
    /// a moment to end by itself first.
    Awaitable<Result<>> conclude(Result<> ended);

private:
    Awaitable<Result<>> follow();
    Awaitable<Result<>> wait_until_idle();
    Awaitable<Result<>> hand_on_signal();
    Awaitable<> end_command(Clock::duration patience);
    [[nodiscard]] bool tell_service_manager(std::string_view state) const;

    const cli::Settings& settings_;
    const cli::SubscribeSettings& subscribe_;
    Clock::time_point started_;
    client::Client& client_;
    const output::Expectation& expectation_;
    const Log& log_;
    os::Readiness readiness_;
    os::ChildProcess command_;
    async::Notification subscribed_;
    std::function<Clock::time_point()> handled_until_ = [] { return Clock::time_point::min(); };
    bool is_manager_told_ = false;
};

}  // namespace mqtts::program
