// SPDX-License-Identifier: Apache-2.0
// Reads the time that a record gives for its message, as `tst` of mqtts-sub and mosquitto_sub.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mqtts::record {

/// A moment in UTC. The seconds count from 1970, without leap seconds. A duration in nanoseconds would end in 2262.
struct TimeStamp {
    std::int64_t seconds = 0;
    std::uint32_t nanoseconds = 0;

    friend bool operator==(const TimeStamp&, const TimeStamp&) = default;
};

/// Reads a date and time of ISO 8601 with its offset from UTC, in the years 0001 to 9999: 2026-11-20T12:17:43.789743,
/// and then +0000, +00:00, Z, or Z+0000 as mosquitto_sub 2.0 prints it. The fraction has up to nine digits and may be
/// missing. Second 60, a leap second, is the second that follows. Returns nothing if the text is no such time.
[[nodiscard]] std::optional<TimeStamp> to_time_stamp(std::string_view text) noexcept;

/// Returns the seconds from `begin` to `end`; below 0: `end` is earlier.
[[nodiscard]] double seconds_between(const TimeStamp& begin, const TimeStamp& end) noexcept;

}  // namespace mqtts::record
