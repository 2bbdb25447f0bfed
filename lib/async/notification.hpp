// SPDX-License-Identifier: Apache-2.0
// Provides an awaitable flag.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "async/race.hpp"

namespace mqtts::async {

/// A flag for one waiter. notify() before wait() is not lost; several calls count once.
class Notification {
public:
    explicit Notification(const boost::asio::any_io_executor& executor);

    void notify();
    /// Waits for notify(). Returns success, or cancelled().
    Awaitable<Result<>> wait();

private:
    boost::asio::steady_timer timer_;  // never expires; cancelling it wakes the waiter
    bool set_ = false;
    bool waiting_ = false;
};

}  // namespace mqtts::async
