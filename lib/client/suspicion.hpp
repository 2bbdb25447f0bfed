// SPDX-License-Identifier: Apache-2.0
// Finds the packet that the server refuses by closing the connection on it.
//
// Many servers close the connection on a packet that is not allowed, too large or of too high a QoS. Broken links,
// servers that restart and programs that take over a Client Identifier close connections, too. An experiment tells them
// apart:
//
//     plain ──► plain ──► one by one ──► alone ──► refused
//
// Two connections in a row end with the same packets unanswered. The third sends them one at a time, each after the
// answer to the one before, the first behind an answered ping. It ends on one of them: the suspect. The fourth is kept
// quiet for longer than the suspect took to be closed on, with answered pings, and then sends the suspect alone. If
// that ends it, too, the packet is the only difference.
//
// No I/O, no clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mqtts::client {

class Suspicion {
public:
    using Duration = std::chrono::steady_clock::duration;

    /// How the next connection begins.
    enum class Care : std::uint8_t { none, one_by_one, alone };

    /// A packet that awaits an answer, named so that it is the same on each connection: a message by its sequence
    /// number, or a subscription by its Topic Filter.
    struct Packet {
        std::uint64_t sequence = 0;
        std::string topic_filter;  // empty: it is a message

        friend bool operator==(const Packet&, const Packet&) = default;
    };

    /// The end of a connection that CONNACK had accepted.
    struct End {
        bool closed = false;      // by the other end, without a reason
        std::uint64_t first = 0;  // sequence numbers of the messages in flight: from `first` on, and before `next`
        std::uint64_t next = 0;
        std::vector<std::string> topic_filters;  // whose subscription is unanswered
        bool careful = false;                    // not all packets sent with care were answered
        std::optional<Packet> out;               // while careful: the one packet that awaited its answer
        Duration waited{};                       // since `out` was sent
    };
    /// Learns from the end of a connection, and returns the packet that is refused now.
    std::optional<Packet> ended(End end);

    [[nodiscard]] Care care() const noexcept { return care_; }
    /// Returns, with Care::alone, the packet to send first and how long to be quiet before.
    [[nodiscard]] const Packet& suspect() const noexcept { return suspect_; }
    [[nodiscard]] Duration quiet() const noexcept { return quiet_; }

private:
    [[nodiscard]] bool same_again(const End& end) const;

    Care care_ = Care::none;
    std::optional<End> last_;  // the last connection without care that was closed
    Packet suspect_;
    Duration quiet_{};
};

}  // namespace mqtts::client
