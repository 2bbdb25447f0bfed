// SPDX-License-Identifier: Apache-2.0
// Runs several coroutines at once until the first of them ends.
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

/// Runs all branches until one ends, with success or failure, and cancels the others. An exception in the first to end
/// is rethrown: Asio's operator|| would keep waiting for a branch that succeeds.
Awaitable<RaceOutcome> race(std::vector<Awaitable<Result<>>> branches);

template <class... Branch>
Awaitable<RaceOutcome> race(Branch... branches) {
    std::vector<Awaitable<Result<>>> all;
    all.reserve(sizeof...(branches));
    (all.push_back(std::move(branches)), ...);
    return race(std::move(all));
}

/// Lets the other coroutines run: a loop that may never wait yields once per turn.
Awaitable<> yield();

/// Makes the result of a branch that was cancelled; nobody reads it. A branch that continues gets an exception at the
/// next co_await, which takes longer than all the rest of an orderly end.
[[nodiscard]] Failure cancelled();
[[nodiscard]] bool was_cancelled(const Result<>& ended) noexcept;

/// Waits until this time, by default forever. Returns success, or cancelled().
Awaitable<Result<>> until(std::chrono::steady_clock::time_point time = std::chrono::steady_clock::time_point::max());

}  // namespace mqtts::async
