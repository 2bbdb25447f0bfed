#include "client/notification.hpp"

namespace mqtts::client {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

Notification::Notification(const asio::any_io_executor& executor) : timer_(executor, Clock::time_point::max()) {}

void Notification::notify() {
    set_ = true;
    if (waiting_) timer_.cancel();
}

Awaitable<> Notification::wait() {
    if (!set_) {
        waiting_ = true;
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        waiting_ = false;
    }
    set_ = false;
}

Awaitable<> sleep_until(Clock::time_point time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace mqtts::client
