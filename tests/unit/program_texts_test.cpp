// SPDX-License-Identifier: Apache-2.0
// Times and rates, as people read them.
#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <utility>

#include "program/latency.hpp"
#include "program/progress.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using program::latency_text;
using program::progress_text;

TEST_CASE("a latency is in the largest unit of which there is one, and loses no nanosecond") {
    const std::pair<std::chrono::nanoseconds, std::string> rows[] = {
        {0ns, "0ns"},
        {1ns, "1ns"},
        {999ns, "999ns"},
        {1us, "1.000000µs"},
        {38'307ns, "38.307000µs"},
        {999'999ns, "999.999000µs"},
        {1ms, "1.000000ms"},
        {1'250us, "1.250000ms"},
        {999'999'999ns, "999.999999ms"},
        {1s, "1.000000000s"},
        {2s + 1ns, "2.000000001s"},
        {1h, "3600.000000000s"},
    };
    for (const auto& [latency, text] : rows)
        CHECK(latency_text(latency) == text);
}

TEST_CASE("progress tells how far it is and when it will be over") {
    const client::Statistics statistics{.published = 900, .acknowledged = 890, .in_flight = 10};
    CHECK(progress_text(statistics, 3s, 0.25) ==
          "900 messages, 300/s, 890 acknowledged, 10 in flight, 25 % published, 9 s left");
    CHECK(progress_text(statistics, 3s, 1.0) ==
          "900 messages, 300/s, 890 acknowledged, 10 in flight, 100 % published, 0 s left");
}

TEST_CASE("progress foretells nothing of what has no known size, or has not begun") {
    const client::Statistics statistics{.published = 900, .acknowledged = 890, .in_flight = 10};
    const std::string text = "900 messages, 300/s, 890 acknowledged, 10 in flight";
    CHECK(progress_text(statistics, 3s, std::nullopt) == text);
    CHECK(progress_text(statistics, 3s, 0.0) == text);
    CHECK(progress_text({}, 0s, 0.5) == "0 messages, 0/s, 0 acknowledged, 0 in flight, 50 % published, 0 s left");
}
