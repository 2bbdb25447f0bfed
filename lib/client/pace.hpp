// SPDX-License-Identifier: Apache-2.0
// So many messages a second, and no faster.
//
// Messages that are due go out together: a pause is never shorter than the timers of the system are good for, so a high
// rate costs a wake-up for each batch, not for each message. Time in which there was nothing to publish is not made up.
#pragma once

#include <chrono>

namespace mqtts::client {

class Pace {
public:
    using Clock = std::chrono::steady_clock;

    /// 0: as fast as possible.
    explicit Pace(double messages_per_second = 0) noexcept
        : interval_(messages_per_second > 0 ? 1 / messages_per_second : 0) {}

    [[nodiscard]] bool limited() const noexcept { return interval_ != Interval::zero(); }

    /// May a message go out? It counts as sent then.
    [[nodiscard]] bool take(Clock::time_point now) noexcept;
    /// When to ask again, once take() said no.
    [[nodiscard]] Clock::time_point next(Clock::time_point now) const noexcept;

private:
    using Interval = std::chrono::duration<double>;
    using Moment = std::chrono::time_point<Clock, Interval>;

    Interval interval_;
    Moment due_;  // when the next message is
};

}  // namespace mqtts::client
