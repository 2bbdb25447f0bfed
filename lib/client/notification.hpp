// Two small things that coroutines wait with: a flag, and a deadline.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <optional>
#include <utility>

namespace mqtts::client {

template <class T = void>
using Awaitable = boost::asio::awaitable<T>;

/// A flag for one waiter. notify() before wait() is not lost; several of them count once.
class Notification {
public:
    explicit Notification(const boost::asio::any_io_executor& executor);

    void notify();
    Awaitable<> wait();

private:
    boost::asio::steady_timer timer_;  // never expires; cancelling it wakes the waiter
    bool set_ = false;
    bool waiting_ = false;
};

Awaitable<> sleep_until(std::chrono::steady_clock::time_point time);

/// The result of `work`; nothing when it took longer than `limit`, and was cancelled.
template <class T>
Awaitable<std::optional<T>> within(std::chrono::milliseconds limit, Awaitable<T> work) {
    using namespace boost::asio::experimental::awaitable_operators;
    auto outcome = co_await (std::move(work) || sleep_until(std::chrono::steady_clock::now() + limit));
    if (outcome.index() == 1) co_return std::nullopt;
    co_return std::get<0>(std::move(outcome));
}

}  // namespace mqtts::client
