// SPDX-License-Identifier: Apache-2.0
#include "async/notification.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mqtts::async {

namespace asio = boost::asio;

Notification::Notification(const asio::any_io_executor& executor)
    : timer_(executor, std::chrono::steady_clock::time_point::max()) {}

void Notification::notify() {
    set_ = true;
    if (waiting_) timer_.cancel();
}

Awaitable<Result<>> Notification::wait() {
    if (!set_) {
        waiting_ = true;
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        waiting_ = false;
        if (!set_) co_return cancelled();
    }
    set_ = false;
    co_return Result<>();
}

}  // namespace mqtts::async
