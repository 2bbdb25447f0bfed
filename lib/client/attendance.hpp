// SPDX-License-Identifier: Apache-2.0
// Tells whether we heard everything that the server had for us since the first subscription. Only then does silence
// prove anything. Pure: the time is a parameter.
//
//   subscribed ──► present ──► lost ──► back, with the session ──► present
//                     ▲                  └► without: subscribed ──► present, but messages may have been missed
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class Attendance {
public:
    using Clock = std::chrono::steady_clock;

    /// Notes that every subscription is granted.
    void subscribed(Clock::time_point now) noexcept;
    /// Notes that the connection is lost. `kept`: the server queues messages with the session meanwhile, as it does for
    /// subscriptions of QoS 1 and 2.
    void lost(Clock::time_point now, bool kept) noexcept;
    /// Notes a new connection, and whether the server has kept the session.
    void back(Clock::time_point now, session::Kept kept) noexcept;

    /// Tells whether there has been a subscription.
    [[nodiscard]] bool began() const noexcept { return began_; }
    /// Tells whether there is a subscription and a connection now.
    [[nodiscard]] bool present() const noexcept { return began_ && !lost_; }
    /// Returns the moment when the last gap ended.
    [[nodiscard]] Clock::time_point since() const noexcept { return since_; }

    /// Says why messages may have been missed (not_matched); nothing: no message was missed.
    [[nodiscard]] std::optional<Failure> missed() const;
    /// Describes the gaps if no message was missed; empty: there was no gap.
    [[nodiscard]] std::string bridged() const;

private:
    /// The later one decides.
    enum class Missed : std::uint8_t { nothing, perhaps_without_session, without_session, at_most_once };

    [[nodiscard]] std::string gaps() const;
    void end_gap(Clock::time_point now) noexcept;

    bool began_ = false;
    Clock::time_point since_;
    std::optional<Clock::time_point> lost_;  // and not back yet
    Missed missed_ = Missed::nothing;
    std::uint64_t count_ = 0;  // of the gaps that ended
    Clock::duration time_{};   // of all of them
};

}  // namespace mqtts::client
