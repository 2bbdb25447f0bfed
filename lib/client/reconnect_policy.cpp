// SPDX-License-Identifier: Apache-2.0
#include "client/reconnect_policy.hpp"

#include <algorithm>

namespace mqtts::client {

namespace {

constexpr std::chrono::seconds long_life{30};
constexpr std::chrono::seconds short_life{5};
constexpr unsigned most_short_lives = 3;

}  // namespace

void ReconnectPolicy::ended(Clock::time_point now, const End& end) noexcept {
    const auto lived = now - connected_at_;
    const bool lasted = lived >= long_life || end.acknowledged || end.refused || (end.delivered && lived >= short_life);
    if (lasted) backoff_.reset();
    without_since_ = lasted ? now : std::min(without_since_, now);
    const bool is_short = end.closed && !end.explained && lived < short_life;
    short_lived_ = is_short ? short_lived_ + 1 : 0;
}

bool ReconnectPolicy::looks_taken_over() noexcept {
    if (told_ || short_lived_ < most_short_lives) return false;
    told_ = true;
    return true;
}

}  // namespace mqtts::client
