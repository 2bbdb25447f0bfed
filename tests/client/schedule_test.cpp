// SPDX-License-Identifier: Apache-2.0
#include "client/schedule.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <utility>

using mqtts::client::Schedule;
using mqtts::record::TimeStamp;
using namespace std::chrono_literals;

namespace {

using Clock = Schedule::Clock;

const Clock::time_point start{1000h};

TimeStamp after(std::chrono::nanoseconds time) {
    constexpr std::int64_t first = 1'795'177'063;
    const auto whole = std::chrono::floor<std::chrono::seconds>(time);
    return {first + whole.count(), static_cast<std::uint32_t>((time - whole).count())};
}

/// When a record is due after the first one.
std::chrono::nanoseconds due(Schedule& schedule, std::chrono::nanoseconds time) {
    const auto moment = schedule.due(after(time), start);
    REQUIRE(moment);
    return *moment - start;
}

}  // namespace

TEST_CASE("records are due at the distances of their times, divided by the speed") {
    struct Row {
        double speed;
        std::chrono::nanoseconds recorded;
        std::chrono::nanoseconds expected;
    };
    for (const auto& [speed, recorded, expected] : std::initializer_list<Row>{{1, 1500ms, 1500ms},
                                                                              {2, 1500ms, 750ms},
                                                                              {0.5, 1500ms, 3s},
                                                                              {1, 24h, 24h},
                                                                              {1000, 1h, 3600ms},
                                                                              {0.001, 24h, 24000h}}) {
        CAPTURE(speed);
        Schedule schedule(speed);
        CHECK(due(schedule, 0s) == 0s);
        const auto error = due(schedule, recorded) - expected;
        CHECK(error >= -100ns);
        CHECK(error <= 100ns);
    }
}

TEST_CASE("the first record is due at once, whatever its time, and begins the schedule") {
    Schedule schedule(1);
    CHECK(schedule.due(after(-5h), start) == start);
    CHECK(schedule.due(after(-5h + 1s), start + 10min) == start + 1s);
}

TEST_CASE("errors do not add up over hours of records, each of which is late") {
    Schedule schedule(3);
    std::chrono::nanoseconds worst{0};
    for (int record = 0; record <= 1'000'000; ++record) {
        const auto expected = start + 7ms + record * 100'000'000ns / 3;
        const auto moment = schedule.due(after(record * 100ms), expected);
        REQUIRE(moment.has_value());
        schedule.published(*moment + 7ms);
        worst = std::max(worst, std::chrono::abs(*moment - expected));
    }
    CHECK(worst <= 1us);
    CHECK(schedule.lateness() == 7ms);
}

TEST_CASE("a time that goes back is that of the record before") {
    Schedule schedule(1);
    CHECK(due(schedule, 0s) == 0s);
    CHECK(due(schedule, -1h) == 0s);
    CHECK(due(schedule, 10s) == 10s);
    CHECK(due(schedule, 4s) == 10s);
    CHECK(due(schedule, 9'999ms) == 10s);
    CHECK(due(schedule, 11s) == 11s);
}

TEST_CASE("the lateness is that of the latest record, and a time that goes back is not late by that") {
    Schedule schedule(1);
    CHECK(schedule.lateness() == 0s);
    for (const auto& [time, published] : std::initializer_list<std::pair<std::chrono::seconds, Clock::duration>>{
             {0s, 0s}, {10s, 10s + 300ms}, {5s, 10s + 400ms}, {20s, 20s + 100ms}}) {
        REQUIRE(schedule.due(after(time), start));
        schedule.published(start + published);
    }
    CHECK(schedule.lateness() == 400ms);
}

TEST_CASE("no pair of times is too much for the clock") {
    constexpr TimeStamp earliest{-62'135'683'140, 0};
    constexpr TimeStamp latest{253'402'387'140, 999'999'999};
    for (const double speed : {0.001, 1.0, 1e-9, 1e9}) {
        CAPTURE(speed);
        Schedule back(speed);
        CHECK(back.due(latest, start) == start);
        CHECK(back.due(earliest, start) == start);
        CHECK(back.due(latest, start) == start);
        Schedule forth(speed);
        CHECK(forth.due(earliest, start) == start);
        CHECK(forth.due(latest, start).has_value() == (speed == 1e9));
    }
}

TEST_CASE("a record that is due in more than ten years is refused, and the others keep their times") {
    Schedule schedule(1);
    CHECK(due(schedule, 0s) == 0s);
    CHECK(due(schedule, 9 * 365 * 24h) == 9 * 365 * 24h);
    Schedule other(1);
    CHECK(due(other, 0s) == 0s);
    CHECK_FALSE(other.due(after(11 * 365 * 24h), start));
    CHECK(due(other, 5s) == 5s);
}
