// SPDX-License-Identifier: Apache-2.0
// When to connect again after connections were lost, and what to make of those that did not last.
//
// The waits double from connection to connection until one has lasted. A connection lasts when it lives for 30 s, when
// a message of ours is acknowledged or refused on it, or when it brings a message and lives for 5 s: a server that only
// says something and hangs up is not asked as fast as it can.
//
// No I/O; time is a parameter.
#pragma once

#include <chrono>

#include "client/retry.hpp"

namespace mqtts::client {

class ReconnectPolicy {
public:
    using Clock = std::chrono::steady_clock;

    ReconnectPolicy(const BackoffSettings& settings, std::uint_fast32_t seed) : backoff_(settings, seed) {}

    /// CONNACK accepted us.
    void connected(Clock::time_point now) noexcept { connected_at_ = now; }

    struct End {
        bool closed = false;        // by the other end, without a reason
        bool acknowledged = false;  // a message of ours was acknowledged on it
        bool delivered = false;     // it brought a message that was not retained
        bool explained = false;     // a packet of ours is suspected
        bool refused = false;       // it decided that a packet is refused: the work went on
    };
    /// That connection is over.
    void ended(Clock::time_point now, const End& end) noexcept;

    /// How long to wait before the next attempt.
    [[nodiscard]] std::chrono::milliseconds next_wait() { return backoff_.next(); }
    /// Since when there has been no connection that lasted. Precondition: ended().
    [[nodiscard]] Clock::time_point without_since() const noexcept { return without_since_; }
    /// True once: three connections in a row were closed within 5 s. Perhaps another program has our Client Identifier,
    /// and both throw each other out.
    [[nodiscard]] bool looks_taken_over() noexcept;

private:
    Backoff backoff_;
    Clock::time_point connected_at_;
    Clock::time_point without_since_ = Clock::time_point::max();
    unsigned short_lived_ = 0;  // in a row
    bool told_ = false;
};

}  // namespace mqtts::client
