// SPDX-License-Identifier: Apache-2.0
// Says when each record of a recording is due, so that the distances between their time stamps are kept.
//
// The schedule counts from its beginning, the first record, never from the record before: a message that is late delays
// no other, and nothing adds up over hours. A record whose time stamp goes back is due when the one before it was.
#pragma once

#include <chrono>
#include <optional>

#include "record/time_stamp.hpp"

namespace mqtts::client {

class Schedule {
public:
    using Clock = std::chrono::steady_clock;

    /// No record may be due later than this after the first one: a wait is then never longer than a clock can count,
    /// and a wrong time stamp is no silent wait without an end.
    static constexpr std::chrono::years longest{10};

    /// `speed` is above 0; with 2, distances are half of those recorded.
    explicit Schedule(double speed) noexcept : speed_(speed) {}

    /// Returns when a record is due. The first call begins the schedule: its record is due now. Nothing: it is due
    /// later than `longest`, and the schedule is as it was.
    [[nodiscard]] std::optional<Clock::time_point> due(const record::TimeStamp& stamp, Clock::time_point now) noexcept;

    /// Notes that the record of the last due() was published.
    void published(Clock::time_point now) noexcept;
    /// Returns how late the latest record was published.
    [[nodiscard]] Clock::duration lateness() const noexcept { return lateness_; }

private:
    double speed_;
    std::optional<record::TimeStamp> first_;
    Clock::time_point begun_;
    Clock::time_point due_;  // of the last record; never goes back
    Clock::duration lateness_{};
};

}  // namespace mqtts::client
