// SPDX-License-Identifier: Apache-2.0
// Is that all that is retained? MQTT has no mark for the last retained message, and at many servers the answer to a
// ping overtakes them. So three things together say it, on one connection:
//
//   SUBACK ──► a ping answered ──► no retained message for the settling time ──► another ping answered ──► over
//                                       ▲                                           │
//                                       └───────────── a retained message ──────────┘
//
// The time counts only while nothing is unacknowledged: what the server's window holds back comes after that. Pure: the
// time is a parameter, the pings go into the session's output.
#pragma once

#include <optional>

#include "session/session.hpp"

namespace mqtts::client {

class Settling {
public:
    using Clock = session::Clock;

    /// Without a settling time given: so long, or so many round trips measured on this connection if that is longer.
    static constexpr std::chrono::milliseconds least{500};
    static constexpr int round_trips = 4;

    /// `given`: the settling time, whatever a round trip takes.
    explicit Settling(std::optional<Clock::duration> given) noexcept : given_(given) {}

    /// A new connection: it all starts again.
    void restart() noexcept { *this = Settling(given_); }

    /// A message came.
    void take(const wire::Publish& message) noexcept { came_ = came_ || message.retain; }

    /// Something came, which is dealt with until is_over() is asked again: that time does not count.
    void pause(Clock::time_point now) noexcept;

    /// To be called whenever what came is dealt with, and at next(); asks with session.ping() where there is need.
    /// `acknowledged`: nothing is unacknowledged but what the session knows of. True: nothing is missing.
    /// Precondition: the session is connected, every subscription granted.
    [[nodiscard]] bool is_over(session::Session& session, bool acknowledged, Clock::time_point now);

    /// When to ask is_over() even if nothing comes; time_point::max(): it takes something to come.
    [[nodiscard]] Clock::time_point next() const noexcept { return next_; }

private:
    enum class Step : std::uint8_t { start, asking, settling, measuring, confirming };

    [[nodiscard]] bool settle(session::Session& session, bool at_rest, Clock::time_point now);
    void ask(session::Session& session, Step step, Clock::time_point now);
    [[nodiscard]] Clock::duration shortest() const noexcept { return given_.value_or(least); }
    [[nodiscard]] Clock::duration settling_time() const noexcept;

    std::optional<Clock::duration> given_;
    Step step_ = Step::start;
    bool came_ = false;                             // a retained message, since is_over() was asked
    bool measured_ = false;                         // with a ping while none came
    std::optional<Clock::time_point> asked_at_;     // with a ping that is not answered
    std::optional<Clock::duration> round_trip_;     // the shortest so far
    Clock::duration quiet_{};                       // what counts of the time so far
    std::optional<Clock::time_point> quiet_since_;  // it counts now
    Clock::time_point next_ = Clock::time_point::max();
};

}  // namespace mqtts::client
