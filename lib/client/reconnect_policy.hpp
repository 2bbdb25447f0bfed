// SPDX-License-Identifier: Apache-2.0
// Decides when the next attempt to connect begins, or why no attempt is made, and what connections that did not last
// mean.
//
//   begin() ──► failed() ──► at this moment ──► failed() ──► … ──► connected() ──► ended() ──► failed() ──► …
//                   └► never: another attempt cannot cure it, or it was tried for as long as is allowed
//
// The waits double from connection to connection until one has lasted. A connection lasts when it has a long life, when
// a message of ours is acknowledged or refused on it, or when it brings a message and its life is not short: a server
// that says something and hangs up is not asked as fast as it can.
//
// No I/O; time is a parameter.
#pragma once

#include <chrono>
#include <optional>

#include "client/retry.hpp"

namespace mqtts::client {

class ReconnectPolicy {
public:
    using Clock = std::chrono::steady_clock;

    static constexpr std::chrono::seconds long_life{30};     // from then on a connection has lasted
    static constexpr std::chrono::seconds short_life{5};     // until then it has not, even if it brought a message
    static constexpr unsigned most_short_lives = 3;          // in a row: then looks_taken_over()
    static constexpr std::chrono::seconds shortest_idle{6};  // a silence that an idle cut may end

    struct Allowed {
        BackoffSettings backoff;
        Clock::duration first{};  // how long to try for the first connection; 0: one attempt
        Clock::duration again{};  // how long to try to reconnect; 0: not at all
    };
    explicit ReconnectPolicy(const Allowed& allowed) : allowed_(allowed), backoff_(allowed.backoff) {}

    /// Notes that the first attempt begins.
    void begin(Clock::time_point now) noexcept { deadline_ = now + allowed_.first; }
    /// Notes that CONNACK accepted us.
    void connected(Clock::time_point now) noexcept { connected_at_ = now; }

    struct End {
        bool closed = false;        // by the other end, without a reason
        bool acknowledged = false;  // a message of ours was acknowledged on it
        bool delivered = false;     // it brought a message that was not retained
        bool explained = false;     // a packet of ours is suspected
        bool refused = false;       // a packet counts as refused since: the work went on
        Clock::duration silence{};  // the time without traffic before
    };
    /// Notes that the connection is over.
    void ended(Clock::time_point now, const End& end) noexcept;

    enum class Step : std::uint8_t {
        attempt,
        hopeless,     // another attempt cannot cure it
        out_of_time,  // the time allowed is over
        not_wanted,   // no other connection is wanted
    };
    struct Next {
        Step step{};
        Clock::time_point at{};  // of an attempt
    };
    /// Decides what to do after an attempt has failed, or after the connection that ended() has told of.
    [[nodiscard]] Next failed(Clock::time_point now, Errc error);
    /// Returns when the last attempt may begin.
    [[nodiscard]] Clock::time_point last_attempt() const noexcept;

    /// Lets attempts go on until hurry(), as long as another attempt can cure the failure. The time allowed counts from
    /// hurry() on.
    void take_time() noexcept { unhurried_ = true; }
    void hurry(Clock::time_point now) noexcept;
    [[nodiscard]] bool unhurried() const noexcept { return unhurried_; }

    /// Returns true once, when the other end closed most_short_lives connections in a row, each after a short life.
    /// Perhaps another program has our Client Identifier, and both throw each other out.
    [[nodiscard]] bool looks_taken_over() noexcept;

    /// Returns the silence once, when two connections in a row were closed after the same silence: something on the way
    /// has a limit for it.
    [[nodiscard]] std::optional<Clock::duration> idle_cut() noexcept;

private:
    Allowed allowed_;
    Backoff backoff_;
    Clock::time_point deadline_;      // of the attempts
    Clock::time_point earliest_end_;  // of them, since hurry()
    bool unhurried_ = false;
    bool wanted_ = true;  // another connection after the last one
    Clock::time_point connected_at_;
    Clock::time_point without_since_ = Clock::time_point::max();  // since then no connection has lasted
    unsigned short_lived_ = 0;                                    // in a row
    bool told_ = false;
    Clock::duration last_idle_{};         // of the last connection, if it may have caused its end
    std::optional<Clock::duration> cut_;  // of the last two, the same
    bool cut_told_ = false;
};

}  // namespace mqtts::client
