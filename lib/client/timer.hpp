// SPDX-License-Identifier: Apache-2.0
// What time it is, and how to wait for another. All of the client asks here, so a test decides how time passes.
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
    /// A branch that ends at this moment, with success, or cancelled().
    virtual Awaitable<Result<>> until(Clock::time_point time) = 0;

protected:
    Timer() = default;
    ~Timer() = default;
};

/// The one of the system.
[[nodiscard]] Timer& system_timer() noexcept;

}  // namespace mqtts::client
