// SPDX-License-Identifier: Apache-2.0
// Was everything heard that the server had for us, from the first subscription on? Only then does silence say
// something. Pure: the time is a parameter.
//
//   subscribed ──► present ──► lost ──► back, with the session ──► present
//                     ▲                  └► without: subscribed ──► present, but messages may have been missed
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace mqtts::client {

class Attendance {
public:
    using Clock = std::chrono::steady_clock;

    /// Every subscription is granted.
    void subscribed(Clock::time_point now) noexcept;
    /// The connection is gone. `kept`: the server keeps what comes meanwhile with the session, as it does for
    /// subscriptions of QoS 1 and 2.
    void lost(Clock::time_point now, bool kept) noexcept;
    /// Another connection is there.
    void back(Clock::time_point now, bool session_present) noexcept;

    /// There has been a subscription.
    [[nodiscard]] bool began() const noexcept { return began_; }
    /// There is one now, and a connection.
    [[nodiscard]] bool present() const noexcept { return began_ && !lost_; }
    /// Since when, at the last time.
    [[nodiscard]] Clock::time_point since() const noexcept { return since_; }

    /// Why messages may have been missed, and the cure; empty: none was.
    [[nodiscard]] std::string missed() const;
    /// When none was: what happened to the connection; empty: nothing.
    [[nodiscard]] std::string bridged() const;

private:
    enum class Missed : std::uint8_t { nothing, without_session, at_most_once };

    [[nodiscard]] std::string gaps() const;
    void end_gap(Clock::time_point now) noexcept;

    bool began_ = false;
    Clock::time_point since_;
    std::optional<Clock::time_point> lost_;  // and not back
    Missed missed_ = Missed::nothing;
    std::uint64_t count_ = 0;  // of the gaps that ended
    Clock::duration time_{};   // of all of them
};

}  // namespace mqtts::client
