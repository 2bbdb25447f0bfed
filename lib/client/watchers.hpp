// SPDX-License-Identifier: Apache-2.0
// Wakes coroutines that wait for something to change, any number of them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <list>

#include "async/notification.hpp"

namespace mqtts::client {

class Watchers {
public:
    explicit Watchers(const boost::asio::any_io_executor& executor) : executor_(executor) {}

    /// Wakes everything that waits now.
    void notify() {
        for (async::Notification& waiter : waiters_)
            waiter.notify();
    }

    /// Waits for the next notify(); returns success or cancelled(). Check the condition first: earlier notifications
    /// are not remembered.
    Awaitable<Result<>> wait();

private:
    boost::asio::any_io_executor executor_;
    std::list<async::Notification> waiters_;
};

}  // namespace mqtts::client
