// SPDX-License-Identifier: Apache-2.0
// Decides whether all retained messages have come. MQTT has no mark for the last one, and at many servers the answer to
// a ping overtakes them. So three things together decide it, on one connection:
//
//   SUBACK ──► a ping answered ──► no retained message for the settling time ──► another ping answered ──► over
//                                       ▲                                           │
//                                       └───────────── a retained message ──────────┘
//
// The time counts only while nothing is unacknowledged: messages that the server's window holds back come after that.
// Pure: the time is a parameter, the pings go into the session's output.
#pragma once

#include <optional>

#include "session/session.hpp"

namespace mqtts::client {

class Settling {
public:
    using Clock = session::Clock;

    /// The settling time if none is given: the longer one of this and a number of round trips measured on this
    /// connection.
    static constexpr std::chrono::milliseconds least{500};
    static constexpr int round_trips = 4;

    /// Uses the settling time `given`, whatever a round trip takes.
    explicit Settling(std::optional<Clock::duration> given) noexcept : given_(given) {}

    /// Starts over on a new connection.
    void restart() noexcept { *this = Settling(given_); }

    /// Notes a message.
    void take(const wire::Publish& message) noexcept { came_ = came_ || message.retain; }

    /// Stops the clock while something that came is handled, until the next is_over().
    void pause(Clock::time_point now) noexcept;

    /// Returns true when no retained message is missing; otherwise asks with session.ping() where needed. Call it
    /// whenever everything that came is handled, and at next(). `acknowledged`: nothing is unacknowledged except what
    /// the session knows of. Precondition: the session is connected, every subscription granted.
    [[nodiscard]] bool is_over(session::Session& session, bool acknowledged, Clock::time_point now);

    /// Returns when to call is_over() even if nothing comes; time_point::max(): only when something comes.
    [[nodiscard]] Clock::time_point next() const noexcept { return next_; }

private:
    enum class Step : std::uint8_t { start, asking, settling, measuring, confirming };

    [[nodiscard]] bool settle(session::Session& session, bool at_rest, Clock::time_point now);
    void ask(session::Session& session, Step step, Clock::time_point now);
    [[nodiscard]] Clock::duration shortest() const noexcept { return given_.value_or(least); }
    [[nodiscard]] Clock::duration settling_time() const noexcept;

    std::optional<Clock::duration> given_;
    Step step_ = Step::start;
    bool came_ = false;                             // a retained message, since the last is_over()
    bool measured_ = false;                         // the round trip, while no retained message came
    std::optional<Clock::time_point> asked_at_;     // when the ping was sent that is not answered yet
    std::optional<Clock::duration> round_trip_;     // the shortest so far
    Clock::duration quiet_{};                       // the time that counts so far
    std::optional<Clock::time_point> quiet_since_;  // since then it counts
    Clock::time_point next_ = Clock::time_point::max();
};

}  // namespace mqtts::client
