// SPDX-License-Identifier: Apache-2.0
// What a seed decides about an input that is one message, published once or several times as --repeat does; and the
// promises of that: each copy waits for the acknowledgement of the one before and for the delay, a refusal ends it,
// and an input that is empty or too long is no message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "client/settings.hpp"
#include "record/settings.hpp"
#include "simulation/clock.hpp"
#include "wire/packet.hpp"

namespace mqtts::simulation {

struct Plan;
class Witness;

struct Whole {
    enum class Flaw : std::uint8_t { none, empty, too_long };
    static constexpr std::uint32_t most_times = 9;

    bool on = false;
    std::uint32_t times = 1;
    std::uint32_t delay = 0;  // milliseconds
    std::uint32_t size = 2;   // bytes
    Flaw flaw = Flaw::none;
    bool may_be_empty = false;  // -n; without a flaw, the input then is empty

    [[nodiscard]] bool is_empty() const noexcept { return flaw == Flaw::empty || (flaw == Flaw::none && may_be_empty); }
    [[nodiscard]] client::Repetition repetition() const;
    [[nodiscard]] record::FramingSettings framing() const;
    /// The input.
    [[nodiscard]] std::string content() const;
};

/// Draws it for a plan that is complete otherwise, and adapts the plan where it is on.
void draw_whole(Plan& plan);
/// A line, or nothing.
[[nodiscard]] std::string to_text(const Whole& whole);

/// Watches the copies of one run.
class Copies {
public:
    Copies(const Plan& plan, Witness& witness);

    /// The publisher wants to publish this payload, or one of this size that is fetched. Returns what is published in
    /// its place: the same with the number of the copy in it, or the witness could not tell copies apart.
    [[nodiscard]] std::string_view next(std::string_view payload, Time now, bool is_finishing);
    void next(std::size_t size, Time now, bool is_finishing);
    /// It was published.
    void published(Time now);
    void ended(const Result<>& result, Time published_at);

private:
    void check(Time now, bool is_finishing);

    const Plan& plan_;
    Witness& witness_;
    std::uint32_t count_ = 0;
    Time last_{};
    std::deque<std::string> payloads_;
};

}  // namespace mqtts::simulation
