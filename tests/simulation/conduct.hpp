// SPDX-License-Identifier: Apache-2.0
// Watches the conduct of the client on one connection, as the broker sees it: what MQTT lets it send, given what the
// broker has sent. The broker tells it each packet in both directions.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "simulation/witness.hpp"
#include "wire/decode_client.hpp"
#include "wire/packet.hpp"

namespace mqtts::simulation {

/// What CONNACK granted, and what CONNECT asked for.
struct Granted {
    std::uint16_t receive_maximum = 65535;
    std::uint32_t maximum_packet_size = wire::largest_packet;
    wire::Qos maximum_qos = wire::Qos::exactly_once;
    bool retain_available = true;
};

class Conduct {
public:
    Conduct(Witness& witness, unsigned client) : witness_(witness), client_(client) {}

    // What the client sends

    /// Each packet, before anything else.
    void packet(wire::PacketType type, std::size_t size, Errc error);
    void publish(const wire::Publish& message);
    void request(wire::PacketIdentifier identifier);
    void acknowledgement(const wire::Acknowledgement& packet);

    // What the broker sends

    /// `most`: how many messages may be unacknowledged.
    /// `may_be_early`: the first message may have left before CONNACK could say what is granted.
    void accepted(const Granted& granted, std::size_t most, bool may_be_early);
    void sent(const wire::Publish& message);
    /// An acknowledgement. `carries_on`: PUBREC without a failure.
    void sent(wire::PacketType type, wire::PacketIdentifier identifier, bool carries_on);
    void answered(wire::PacketIdentifier identifier);
    /// A PUBREL has left.
    void released() noexcept { open_pubrecs_ -= open_pubrecs_ == 0 ? 0 : 1; }

    /// A PUBREL may come for an identifier whose PUBREC left on an earlier connection.
    void may_release(wire::PacketIdentifier identifier) { open(identifier).recorded = true; }

private:
    /// A Packet Identifier of the client.
    struct Open {
        wire::PacketIdentifier identifier = 0;
        bool published = false;      // a PUBLISH, and the broker has not sent its last acknowledgement
        bool requested = false;      // a SUBSCRIBE or UNSUBSCRIBE, without an answer
        bool recorded = false;       // a PUBREC for it left on an earlier connection
        std::uint32_t releases = 0;  // PUBREL packets that may come
    };
    /// A PUBLISH of the broker that may be answered.
    struct Unanswered {
        wire::PacketIdentifier identifier = 0;
        wire::PacketType answer{};
    };

    [[nodiscard]] Open& open(wire::PacketIdentifier identifier);
    void check_limits(const wire::Publish& message);
    void check_answer(wire::PacketType type, wire::PacketIdentifier identifier);

    Witness& witness_;
    const unsigned client_;
    Granted granted_;
    std::size_t most_unacknowledged_ = 1;  // before CONNACK
    bool may_be_early_ = false;
    bool connected_ = false;  // CONNECT has come
    bool accepted_ = false;   // CONNACK has left
    bool over_ = false;       // DISCONNECT has come
    std::vector<Open> open_;
    std::size_t unacknowledged_ = 0;  // PUBLISH packets
    std::size_t open_pubrecs_ = 0;    // PUBRECs of the client for which no PUBREL has left
    std::deque<Unanswered> unanswered_;
    std::vector<wire::PacketIdentifier> to_complete_;  // PUBRELs of the broker without PUBCOMP
};

}  // namespace mqtts::simulation
