// SPDX-License-Identifier: Apache-2.0
// What a seed decides about the input of the publisher: time stamps that --replay keeps to, records that are no
// messages, and an input that ends in the middle of one. And the promise of --replay: no record leaves before its time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/settings.hpp"
#include "simulation/clock.hpp"

namespace mqtts::simulation {

struct Plan;
class Witness;

struct Recording {
    /// What is wrong with a record.
    enum class Flaw : std::uint8_t {
        none,
        malformed,   // it is not JSON
        too_long,    // longer than --max-message-size
        properties,  // it has some, which only MQTT 5 can send
        no_time,     // under --replay
        too_late,    // years after the others
    };

    double speed = 0;               // of --replay; 0: off
    std::uint32_t longest_gap = 0;  // milliseconds between two time stamps
    Flaw flaw = Flaw::none;
    std::uint32_t flawed = 0;  // each record with such a number has the flaw; never the first one
    bool by_length = false;    // the length comes before each record
    bool cut_off = false;      // the last record ends early

    [[nodiscard]] bool has_flaw(std::uint32_t number) const noexcept {
        return flaw != Flaw::none && number % flawed == flawed - 1;
    }
    /// Tells whether some records may be no messages.
    [[nodiscard]] bool is_flawed() const noexcept { return flaw != Flaw::none || cut_off; }
    [[nodiscard]] record::FramingSettings framing() const;
};

/// Draws it for a plan that is complete otherwise, and adapts the plan where it is on.
void draw_recording(Plan& plan);
/// A line, or nothing.
[[nodiscard]] std::string to_text(const Recording& recording);

/// The recording of one run.
class Recorded {
public:
    Recorded(const Plan& plan, Witness& witness);

    /// Makes of a record, which is a payload or a JSON object, what is in the input.
    [[nodiscard]] std::string bytes(std::uint32_t number, std::string record) const;
    /// A record leaves.
    void leaves(std::uint32_t number, Time now);
    /// It has left, or never will.
    void left(Time now);
    /// The publisher has ended, and says how late the latest record was.
    void ended(const std::optional<Duration>& lateness);

private:
    [[nodiscard]] std::string time_stamp(std::uint32_t number) const;
    [[nodiscard]] std::string flawed(std::string record) const;

    const Plan& plan_;
    Witness& witness_;
    std::vector<std::int64_t> times_;  // milliseconds
    std::optional<Time> begun_;
    Time due_{};  // the last record that wanted to leave
    Duration lateness_{};
};

}  // namespace mqtts::simulation
