// SPDX-License-Identifier: Apache-2.0
// Tracks pings and what their answers prove: that the server lives, and that it took every message of QoS 0 sent before
// the ping. A server takes packets in order, so a PINGRESP is the only proof that QoS 0 can have.
//
// Pure: the time is a parameter, and the caller of ping_sent() puts the PINGREQ into the output.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mqtts::session {

using Clock = std::chrono::steady_clock;

class KeepAlive {
public:
    /// Starts when CONNECT leaves. `interval` 0: the connection may be silent for any time.
    void connection_opened(std::chrono::seconds interval, Clock::time_point now) noexcept {
        interval_ = interval;
        last_ping_ = now;
    }
    /// Takes the interval of CONNACK.
    void set_interval(std::chrono::seconds interval) noexcept { interval_ = interval; }
    void connection_lost() noexcept;

    /// Returns when the next PINGREQ is due; time_point::max(): never.
    [[nodiscard]] Clock::time_point next_ping() const noexcept;
    void ping_sent(Clock::time_point now) noexcept;
    /// Takes a PINGRESP. Returns false when there was no ping to answer.
    [[nodiscard]] bool ping_answered() noexcept;
    [[nodiscard]] bool awaiting_pingresp() const noexcept { return pings_unanswered_ != 0; }
    /// Counts PINGRESPs, over all connections.
    [[nodiscard]] std::uint64_t answered() const noexcept { return answered_; }
    /// Returns what answered() will be when the last PINGREQ of this connection is answered.
    [[nodiscard]] std::uint64_t awaited() const noexcept { return answered_ + pings_unanswered_; }
    /// Returns when to give up a server that has not answered PINGREQ; `sign_of_life`: when bytes last moved.
    /// Precondition: awaiting_pingresp().
    [[nodiscard]] Clock::time_point response_deadline(Clock::time_point sign_of_life) const noexcept;

    /// Notes messages of QoS 0 that go out for this topic.
    void published(std::uint64_t count, std::string_view topic_name);
    /// Counts messages of QoS 0 that no PINGRESP has confirmed.
    [[nodiscard]] std::uint64_t unconfirmed() const noexcept { return unconfirmed_; }
    /// Counts those that a PINGRESP has confirmed, over all connections.
    [[nodiscard]] std::uint64_t confirmed() const noexcept { return confirmed_; }
    /// Tells whether a PINGREQ is on its way behind the last message of QoS 0.
    [[nodiscard]] bool confirming() const noexcept { return pings_unanswered_ != 0 && since_ping_ == 0; }
    /// Counts messages of QoS 0 that were unconfirmed when a connection was lost: perhaps lost with it.
    [[nodiscard]] std::uint64_t perhaps_lost() const noexcept { return perhaps_lost_; }
    /// Returns the Topic Names of the last unconfirmed messages of QoS 0, or of those of the lost connection, oldest
    /// first.
    [[nodiscard]] const std::vector<std::string>& unconfirmed_topics() const noexcept { return unconfirmed_topics_; }

private:
    std::chrono::seconds interval_{0};
    Clock::time_point last_ping_;
    Clock::time_point waiting_since_;  // when the first ping without an answer was sent
    unsigned pings_unanswered_ = 0;
    std::uint64_t answered_ = 0;
    std::uint64_t unconfirmed_ = 0;
    std::uint64_t confirmed_ = 0;
    std::uint64_t since_ping_ = 0;  // the unconfirmed messages sent behind the last PINGREQ
    std::uint64_t perhaps_lost_ = 0;
    std::vector<std::string> unconfirmed_topics_;  // of the last few
};

}  // namespace mqtts::session
