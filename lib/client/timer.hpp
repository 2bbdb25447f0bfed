// SPDX-License-Identifier: Apache-2.0
// Tells the time and waits. All of the client uses it, so a test decides how time passes.
#pragma once

#include <chrono>

#include "async/race.hpp"

namespace mqtts::client {

class Timer {
public:
    using Clock = std::chrono::steady_clock;

    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    [[nodiscard]] virtual Clock::time_point now() const noexcept = 0;
    /// Tells the time of day, which somebody may set at any moment.
    [[nodiscard]] virtual std::chrono::system_clock::time_point time_of_day() const noexcept {
        return std::chrono::system_clock::now();
    }
    /// Waits until this moment; a branch of a race. Succeeds, or returns cancelled().
    virtual Awaitable<Result<>> until(Clock::time_point time) = 0;

protected:
    Timer() = default;
    ~Timer() = default;
};

/// Returns the timer of the system.
[[nodiscard]] Timer& system_timer() noexcept;

}  // namespace mqtts::client
