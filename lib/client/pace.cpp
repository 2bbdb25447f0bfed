// SPDX-License-Identifier: Apache-2.0
#include "client/pace.hpp"

#include <algorithm>

namespace mqtts::client {

namespace {

constexpr std::chrono::milliseconds shortest_pause{2};
/// A message that is late by no more than this still counts as due: timers are late on a busy machine.
constexpr std::chrono::milliseconds longest_delay{20};

}  // namespace

bool Pace::take(Clock::time_point now) noexcept {
    due_ = std::max(due_, Moment(now - longest_delay));
    if (due_ > now) return false;
    due_ += interval_;
    return true;
}

Pace::Clock::time_point Pace::next(Clock::time_point now) const noexcept {
    return std::max(now + shortest_pause, std::chrono::ceil<Clock::duration>(due_));
}

}  // namespace mqtts::client
