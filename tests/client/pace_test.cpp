// SPDX-License-Identifier: Apache-2.0
#include "client/pace.hpp"

#include <doctest/doctest.h>

using mqtts::client::Pace;
using namespace std::chrono_literals;

namespace {

const Pace::Clock::time_point beginning{1000s};

/// How many messages go out in this time, asking again when told to, `late` behind that.
int messages_in(Pace& pace, std::chrono::milliseconds time, std::chrono::microseconds late = 0us) {
    int count = 0;
    for (auto now = beginning; now < beginning + time; now = pace.next(now) + late)
        while (pace.take(now))
            ++count;
    return count;
}

}  // namespace

TEST_CASE("the pace is kept, whatever it is") {
    for (const double rate : {0.5, 1.0, 3.0, 50.0, 1e3, 1e6}) {
        CAPTURE(rate);
        Pace pace(rate);
        REQUIRE(pace.limited());
        const double expected = rate * 10;
        const int count = messages_in(pace, 10s);
        CHECK(count >= expected - 1);
        CHECK(count <= expected + rate / 20 + 1);
    }
    CHECK_FALSE(Pace().limited());
}

TEST_CASE("timers that are late do not slow it down") {
    Pace pace(1000);
    const int count = messages_in(pace, 10s, 10ms);
    CHECK(count >= 9'980);
    CHECK(count <= 10'060);
}

TEST_CASE("time without messages is not made up") {
    Pace pace(100);
    REQUIRE(pace.take(beginning));
    const auto later = beginning + 1h;
    int count = 0;
    while (pace.take(later))
        ++count;
    CHECK(count <= 3);
    CHECK(pace.next(later) > later);
}

TEST_CASE("a high pace wakes up for many messages at a time") {
    Pace pace(1e6);
    while (pace.take(beginning)) {
    }
    CHECK(pace.next(beginning) - beginning >= 1ms);
}

TEST_CASE("the next message is due one interval behind the last, not behind the moment it was sent") {
    Pace pace(10);
    REQUIRE(pace.take(beginning));
    CHECK_FALSE(pace.take(beginning + 50ms));
    REQUIRE(pace.take(beginning + 90ms));
    CHECK(pace.next(beginning + 90ms) <= beginning + 181ms);
}

TEST_CASE("a pause is never shorter than what timers are good for") {
    Pace pace(400);
    while (pace.take(beginning)) {
    }
    CHECK(pace.next(beginning) >= beginning + 2ms);
}
