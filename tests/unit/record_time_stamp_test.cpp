// SPDX-License-Identifier: Apache-2.0
#include "record/time_stamp.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mqtts::record;

TEST_CASE("a time is read whatever its offset and its fraction") {
    struct Row {
        const char* text;
        TimeStamp expected;
    };
    constexpr Row rows[] = {
        {"1970-01-01T00:00:00Z", {0, 0}},
        {"2026-11-20T12:17:43.789743+0000", {1'795'177'063, 789'743'000}},
        {"2026-11-20T13:17:43.789743+0100", {1'795'177'063, 789'743'000}},
        {"2026-11-20T13:17:43.789743+01:00", {1'795'177'063, 789'743'000}},
        {"2026-11-20T06:47:43.789743-0530", {1'795'177'063, 789'743'000}},
        {"2026-11-20T12:17:43.789743Z", {1'795'177'063, 789'743'000}},
        {"2026-11-20T13:17:43.789743Z+0100", {1'795'177'063, 789'743'000}},  // mosquitto_sub 2.0
        {"2026-11-20T12:17:43-00:00", {1'795'177'063, 0}},
        {"2026-11-20T12:17:43.1Z", {1'795'177'063, 100'000'000}},
        {"2026-11-20T12:17:43.000000001Z", {1'795'177'063, 1}},
        {"2026-11-20T12:17:43.123456789Z", {1'795'177'063, 123'456'789}},
        {"1969-12-31T23:59:59.9Z", {-1, 900'000'000}},
        {"2024-02-29T00:00:00Z", {1'709'164'800, 0}},
        {"2016-12-31T23:59:60Z", {1'483'228'800, 0}},
        {"2017-01-01T00:00:00Z", {1'483'228'800, 0}},
        {"2016-12-31T23:59:60.5Z", {1'483'228'800, 500'000'000}},
        {"0001-01-01T00:00:00Z", {-62'135'596'800, 0}},
        {"0001-01-01T00:00:00+23:59", {-62'135'683'140, 0}},
        {"9999-12-31T23:59:60.999999999-23:59", {253'402'387'140, 999'999'999}},
    };
    for (const auto& [text, expected] : rows) {
        CAPTURE(text);
        const auto stamp = to_time_stamp(text);
        REQUIRE(stamp);
        CHECK(stamp->seconds == expected.seconds);
        CHECK(stamp->nanoseconds == expected.nanoseconds);
    }
}

TEST_CASE("what is no time, or not a certain one, is not read") {
    for (const char* text : {"",
                             "now",
                             "1795177063",
                             "2026-11-20",
                             "2026-11-20T12:17:43",  // where?
                             "2026-11-20T12:17Z",
                             "2026-11-20 12:17:43Z",
                             "20261120T121743Z",
                             "26-11-20T12:17:43Z",
                             "+2026-11-20T12:17:43Z",
                             "12026-11-20T12:17:43Z",
                             "0000-01-01T00:00:00Z",
                             "2026-00-20T12:17:43Z",
                             "2026-13-20T12:17:43Z",
                             "2026-11-00T12:17:43Z",
                             "2026-11-31T12:17:43Z",
                             "2026-02-29T12:17:43Z",
                             "2026-11-20T24:00:00Z",
                             "2026-11-20T12:60:43Z",
                             "2026-11-20T12:17:61Z",
                             "2026-11-20T12:17:-1Z",
                             "2026-11-20T12:17:43.Z",
                             "2026-11-20T12:17:43,5Z",
                             "2026-11-20T12:17:43.1234567890Z",
                             "2026-11-20T12:17:43+1",
                             "2026-11-20T12:17:43+01",
                             "2026-11-20T12:17:43+010",
                             "2026-11-20T12:17:43+01:0",
                             "2026-11-20T12:17:43+24:00",
                             "2026-11-20T12:17:43+01:60",
                             "2026-11-20T12:17:43+-100",
                             "2026-11-20T12:17:43Z ",
                             " 2026-11-20T12:17:43Z",
                             "2026-11-20T12:17:43ZZ",
                             "2026-11-20T12:17:43Z+01",
                             "2026-11-20T12:17:43 CET"})
        CHECK_MESSAGE(!to_time_stamp(text), text);
}

TEST_CASE("each beginning of a time is no time, and nothing is read behind its end") {
    const std::string_view whole = "2026-11-20T12:17:43.789743+01:00";
    for (std::size_t length = 0; length < whole.size(); ++length)
        CHECK_FALSE(to_time_stamp(whole.substr(0, length)));
    CHECK(to_time_stamp(whole));
    CHECK_FALSE(to_time_stamp(std::string(whole) + '0'));
}

TEST_CASE("the distance of two times counts fractions, and is below 0 backwards") {
    CHECK(seconds_between({10, 500'000'000}, {12, 250'000'000}) == 1.75);
    CHECK(seconds_between({12, 250'000'000}, {10, 500'000'000}) == -1.75);
    CHECK(seconds_between({-1, 999'999'999}, {0, 0}) == doctest::Approx(1e-9).epsilon(1e-6));
    CHECK(seconds_between({-62'135'596'800, 0}, {253'402'300'799, 0}) == 315'537'897'599.0);
}
