// SPDX-License-Identifier: Apache-2.0
// Several coroutines at once, until the first of them is over.
#pragma once

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include "async/awaitable.hpp"
#include "base/error.hpp"

namespace mqtts::async {

struct RaceOutcome {
    std::size_t winner = 0;  // its place among the arguments
    Result<> result;
};

/// Runs all branches until one is over, for better or worse, and cancels the others. An exception in the first to end
/// is thrown on: Asio's operator|| would go on waiting for a branch that succeeds.
Awaitable<RaceOutcome> race(std::vector<Awaitable<Result<>>> branches);

template <class... Branch>
Awaitable<RaceOutcome> race(Branch... branches) {
    std::vector<Awaitable<Result<>>> all;
    all.reserve(sizeof...(branches));
    (all.push_back(std::move(branches)), ...);
    return race(std::move(all));
}

/// Lets the other coroutines run: a loop that may never wait yields once a turn.
Awaitable<> yield();

/// How a branch ends that was cancelled: nobody asks for its result. To go on as if it were not throws an exception at
/// the next co_await, which takes longer than all the rest of an orderly end.
[[nodiscard]] Failure cancelled();
[[nodiscard]] bool was_cancelled(const Result<>& ended) noexcept;

/// A branch that ends at this moment, with success, or cancelled(); by default never by itself.
Awaitable<Result<>> until(std::chrono::steady_clock::time_point time = std::chrono::steady_clock::time_point::max());

}  // namespace mqtts::async
