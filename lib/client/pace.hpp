// SPDX-License-Identifier: Apache-2.0
// Limits the number of messages a second.
//
// Messages that are due go out together: a pause is never shorter than the system's timers can do, so a high rate costs
// one wake-up for a batch, not one for each message. Time without anything to publish is not made up.
#pragma once

#include <chrono>

namespace mqtts::client {

class Pace {
public:
    using Clock = std::chrono::steady_clock;

    /// With 0, messages go out as fast as possible.
    explicit Pace(double messages_per_second = 0) noexcept
        : interval_(messages_per_second > 0 ? 1 / messages_per_second : 0) {}

    [[nodiscard]] bool limited() const noexcept { return interval_ != Interval::zero(); }

    /// Tells whether a message may go out now; if so, it counts as sent.
    [[nodiscard]] bool take(Clock::time_point now) noexcept;
    /// Returns when to ask again after take() said no.
    [[nodiscard]] Clock::time_point next(Clock::time_point now) const noexcept;

private:
    using Interval = std::chrono::duration<double>;
    using Moment = std::chrono::time_point<Clock, Interval>;

    Interval interval_;
    Moment due_;  // when the next message is
};

}  // namespace mqtts::client
