// SPDX-License-Identifier: Apache-2.0
// Coroutines that wait for something to change, any number of them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <list>

#include "async/notification.hpp"

namespace mqtts::client {

class Watchers {
public:
    explicit Watchers(const boost::asio::any_io_executor& executor) : executor_(executor) {}

    /// Wakes all who wait now.
    void notify() {
        for (async::Notification& waiter : waiters_)
            waiter.notify();
    }

    /// A success, or cancelled(). Whoever waits looks first: what was notified before is not told.
    Awaitable<Result<>> wait();

private:
    boost::asio::any_io_executor executor_;
    std::list<async::Notification> waiters_;
};

}  // namespace mqtts::client
