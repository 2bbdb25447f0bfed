// Several coroutines at once, until the first of them is over.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <tuple>
#include <utility>

#include "base/error.hpp"

namespace mqtts::client {

template <class T = void>
using Awaitable = boost::asio::awaitable<T>;

struct RaceOutcome {
    std::size_t winner = 0;  // its place among the arguments
    Result<> result;
};

namespace detail {

/// What the branch `winner` left: behind the order of completion stand an exception and a result for each branch.
template <std::size_t... I, class Outcome>
std::pair<std::exception_ptr, Result<>> take(std::size_t winner, Outcome& outcome, std::index_sequence<I...>) {
    std::pair<std::exception_ptr, Result<>> taken;
    ((I == winner ? void(taken = {std::get<1 + 2 * I>(outcome), std::move(std::get<2 + 2 * I>(outcome))}) : void()),
     ...);
    return taken;
}

}  // namespace detail

/// Runs all branches until one is over, for better or worse, and cancels the others. An exception in the first to end
/// is thrown on: Asio's operator|| would go on waiting for a branch that succeeds.
template <class... Branch>
Awaitable<RaceOutcome> race(Branch... branches) {
    namespace asio = boost::asio;
    const auto executor = co_await asio::this_coro::executor;
    auto group =
        asio::experimental::make_parallel_group(asio::co_spawn(executor, std::move(branches), asio::deferred)...);
    auto outcome = co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    const std::size_t winner = std::get<0>(outcome)[0];
    auto [exception, result] = detail::take(winner, outcome, std::index_sequence_for<Branch...>());
    if (exception) std::rethrow_exception(exception);
    co_return RaceOutcome{winner, std::move(result)};
}

/// A branch that ends at this moment, with success; by default never, only by being cancelled.
Awaitable<Result<>> until(std::chrono::steady_clock::time_point time = std::chrono::steady_clock::time_point::max());

}  // namespace mqtts::client
