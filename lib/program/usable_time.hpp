// SPDX-License-Identifier: Apache-2.0
// For how long a connection that is kept is as good as a new one, whatever happens to the clocks.
//
// The date of a certificate is compared with the clock of the wall. Somebody may set that clock back, and the other one
// does not run while the machine sleeps: the one that says that more time has passed is believed.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace mqtts::program {

/// One moment, as both clocks show it.
struct BothClocks {
    std::chrono::system_clock::time_point on_the_wall = std::chrono::system_clock::now();
    std::chrono::steady_clock::time_point steady = std::chrono::steady_clock::now();
};

class UsableTime {
public:
    using WallClock = std::chrono::system_clock;
    using Clock = std::chrono::steady_clock;

    /// `until`: see tls/lifetime.hpp; nothing: no date decides.
    explicit UsableTime(std::optional<WallClock::time_point> until, const BothClocks& began = {}) noexcept
        : until_(until), began_(began) {}

    [[nodiscard]] bool is_over(const BothClocks& now = {}) const noexcept { return until_ && latest(now) >= *until_; }

    /// Returns the moment at which it is over if no clock is set until then; time_point::max(): never.
    [[nodiscard]] Clock::time_point end(const BothClocks& now = {}) const noexcept {
        if (!until_) return Clock::time_point::max();
        constexpr std::chrono::hours long_time{24 * 365};  // in which no clock overflows
        const auto left =
            std::clamp<WallClock::duration>(*until_ - latest(now), WallClock::duration::zero(), long_time);
        return now.steady + std::chrono::ceil<Clock::duration>(left);
    }

private:
    [[nodiscard]] WallClock::time_point latest(const BothClocks& now) const noexcept {
        const auto passed = std::chrono::duration_cast<WallClock::duration>(now.steady - began_.steady);
        return std::max(now.on_the_wall, began_.on_the_wall + passed);
    }

    std::optional<WallClock::time_point> until_;
    BothClocks began_;
};

}  // namespace mqtts::program
