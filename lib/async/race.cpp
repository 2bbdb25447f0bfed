// SPDX-License-Identifier: Apache-2.0
#include "async/race.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

namespace mqtts::async {

namespace asio = boost::asio;

Awaitable<RaceOutcome> race(std::vector<Awaitable<Result<>>> branches) {
    const auto executor = co_await asio::this_coro::executor;
    const auto start = [&](Awaitable<Result<>>& branch) {
        return asio::co_spawn(executor, std::move(branch), asio::deferred);
    };
    std::vector<decltype(start(branches.front()))> started;
    started.reserve(branches.size());
    for (Awaitable<Result<>>& branch : branches)
        started.push_back(start(branch));
    auto group = asio::experimental::make_parallel_group(std::move(started));
    auto [order, exceptions, results] =
        co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    const std::size_t winner = order.front();
    if (exceptions[winner]) std::rethrow_exception(exceptions[winner]);
    co_return RaceOutcome{winner, std::move(results[winner])};
}

Awaitable<> yield() {
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

Failure cancelled() {
    return {Errc::internal, "cancelled"};
}

bool was_cancelled(const Result<>& ended) noexcept {
    return !ended && ended.error().code == Errc::internal;
}

Awaitable<Result<>> until(std::chrono::steady_clock::time_point time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    const auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return error ? Result<>(cancelled()) : Result<>();
}

}  // namespace mqtts::async
