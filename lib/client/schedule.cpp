// SPDX-License-Identifier: Apache-2.0
#include "client/schedule.hpp"

#include <algorithm>

namespace mqtts::client {

std::optional<Schedule::Clock::time_point> Schedule::due(const record::TimeStamp& stamp,
                                                         Clock::time_point now) noexcept {
    if (!first_) {
        first_ = stamp;
        begun_ = now;
        due_ = now;
    }
    // A clock would overflow where this does not: from the year 0001 to 9999 at a speed of 0.001.
    const std::chrono::duration<double> distance(seconds_between(*first_, stamp) / speed_);
    if (distance > longest) return std::nullopt;
    if (distance > Clock::duration::zero())
        due_ = std::max(due_, begun_ + std::chrono::ceil<Clock::duration>(distance));
    return due_;
}

void Schedule::published(Clock::time_point now) noexcept {
    lateness_ = std::max(lateness_, now - due_);
}

}  // namespace mqtts::client
