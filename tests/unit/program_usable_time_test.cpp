// SPDX-License-Identifier: Apache-2.0
// For how long a kept connection may be used when clocks jump.
#include "program/usable_time.hpp"

#include <doctest/doctest.h>

using mqtts::program::BothClocks;
using mqtts::program::UsableTime;
using namespace std::chrono_literals;

namespace {

const BothClocks began{.on_the_wall = UsableTime::WallClock::time_point(1'000'000h),
                       .steady = UsableTime::Clock::time_point(100h)};

/// How far each clock has come.
BothClocks later(std::chrono::seconds on_the_wall, std::chrono::seconds steady) {
    return {.on_the_wall = began.on_the_wall + on_the_wall, .steady = began.steady + steady};
}

}  // namespace

TEST_CASE("a connection is usable until its date") {
    const UsableTime usable(began.on_the_wall + 60s, began);
    CHECK_FALSE(usable.is_over(began));
    CHECK_FALSE(usable.is_over(later(59s, 59s)));
    CHECK(usable.is_over(later(60s, 60s)));
    CHECK(usable.end(later(20s, 20s)) == began.steady + 60s);
}

TEST_CASE("a clock that is set back does not extend it") {
    const UsableTime usable(began.on_the_wall + 60s, began);
    CHECK_FALSE(usable.is_over(later(-3600s, 59s)));
    CHECK(usable.is_over(later(-3600s, 60s)));
    CHECK(usable.end(later(-3600s, 20s)) == began.steady + 60s);
}

TEST_CASE("a machine that slept, or a clock that is set forward, ends it") {
    const UsableTime usable(began.on_the_wall + 60s, began);
    CHECK(usable.is_over(later(61s, 1s)));
    CHECK(usable.end(later(61s, 1s)) == began.steady + 1s);
    CHECK(usable.end(later(50s, 1s)) == began.steady + 11s);
}

TEST_CASE("without a date it is never over") {
    const UsableTime usable(std::nullopt, began);
    CHECK_FALSE(usable.is_over(later(1'000'000'000s, 1s)));
    CHECK(usable.end() == UsableTime::Clock::time_point::max());
    CHECK_FALSE(UsableTime(began.on_the_wall + 1'000'000h, began).is_over(began));
}
