// SPDX-License-Identifier: Apache-2.0
#include "record/time_stamp.hpp"

#include <chrono>

namespace mqtts::record {

namespace {

/// Takes text from the front. What does not match is remembered, so that only the end has to ask.
class TimeCursor {
public:
    explicit TimeCursor(std::string_view text) noexcept : rest_(text) {}

    /// Takes this character if it comes next.
    bool take(char wanted) noexcept {
        const bool comes = !rest_.empty() && rest_.front() == wanted;
        if (comes) rest_.remove_prefix(1);
        return comes;
    }
    void expect(char wanted) noexcept { require(take(wanted)); }
    void require(bool condition) noexcept { matched_ = matched_ && condition; }
    /// Takes this number of digits.
    int number(int digits) noexcept {
        int value = 0;
        for (; digits != 0; --digits)
            value = value * 10 + next_digit();
        return value;
    }
    /// Takes up to nine digits, at least one, as a part of a second.
    std::uint32_t nanoseconds() noexcept {
        int value = next_digit();
        for (int digits = 1; digits != 9; ++digits)
            value = value * 10 + (is_digit_next() ? next_digit() : 0);
        return static_cast<std::uint32_t>(value);
    }
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    [[nodiscard]] bool matched_to_the_end() const noexcept { return matched_ && at_end(); }

private:
    [[nodiscard]] bool is_digit_next() const noexcept {
        return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
    }
    int next_digit() noexcept {
        require(is_digit_next());
        if (!matched_) return 0;
        const int digit = rest_.front() - '0';
        rest_.remove_prefix(1);
        return digit;
    }

    std::string_view rest_;
    bool matched_ = true;
};

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// Takes a date, or returns one that is not ok().
std::chrono::year_month_day take_date(TimeCursor& cursor) noexcept {
    const std::chrono::year year(cursor.number(4));
    cursor.expect('-');
    const std::chrono::month month(static_cast<unsigned>(cursor.number(2)));
    cursor.expect('-');
    const std::chrono::day day(static_cast<unsigned>(cursor.number(2)));
    return year / month / day;
}

/// Takes hour and minute, which may need a colon between them.
minutes take_hour_and_minute(TimeCursor& cursor, bool needs_colon) noexcept {
    const int hour = cursor.number(2);
    if (needs_colon)
        cursor.expect(':');
    else
        cursor.take(':');
    const int minute = cursor.number(2);
    cursor.require(hour < 24 && minute < 60);
    return hours(hour) + minutes(minute);
}

/// Takes an offset from UTC. mosquitto_sub 2.0 writes a Z before it, and means the offset.
minutes take_offset(TimeCursor& cursor) noexcept {
    if (cursor.take('Z') && cursor.at_end()) return minutes(0);
    const bool is_west = cursor.take('-');
    if (!is_west) cursor.expect('+');
    const minutes offset = take_hour_and_minute(cursor, false);
    return is_west ? -offset : offset;
}

}  // namespace

std::optional<TimeStamp> to_time_stamp(std::string_view text) noexcept {
    TimeCursor cursor(text);
    const std::chrono::year_month_day date = take_date(cursor);
    cursor.require(date.ok() && date.year() > std::chrono::year(0));
    cursor.expect('T');
    const minutes time = take_hour_and_minute(cursor, true);
    cursor.expect(':');
    const int second = cursor.number(2);
    cursor.require(second <= 60);
    const std::uint32_t nanoseconds = cursor.take('.') ? cursor.nanoseconds() : 0;
    const minutes offset = take_offset(cursor);
    if (!cursor.matched_to_the_end()) return std::nullopt;
    const seconds utc = std::chrono::sys_days(date).time_since_epoch() + time + seconds(second) - offset;
    return TimeStamp{utc.count(), nanoseconds};
}

double seconds_between(const TimeStamp& begin, const TimeStamp& end) noexcept {
    const auto whole = static_cast<double>(end.seconds - begin.seconds);
    return whole + (static_cast<double>(end.nanoseconds) - static_cast<double>(begin.nanoseconds)) / 1e9;
}

}  // namespace mqtts::record
