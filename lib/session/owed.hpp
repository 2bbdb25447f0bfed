// SPDX-License-Identifier: Apache-2.0
// What we received and have not finished with: acknowledgements owed for messages handed out, and the identifiers of
// QoS 2 messages between PUBLISH and PUBREL, which must not be handed out twice [MQTT-4.3.3-10].
#pragma once

#include <bitset>
#include <memory>
#include <span>
#include <vector>

#include "base/buffer.hpp"
#include "session/open_pubrecs.hpp"
#include "wire/packet.hpp"

namespace mqtts::session {

class Owed {
public:
    /// A message was received: its PUBACK or PUBREC is owed. false: a QoS 2 message already handed out.
    [[nodiscard]] bool receive(const wire::Publish& message);
    /// A QoS 2 message that is between PUBLISH and PUBREL already. Without DUP, and on the connection that brought that
    /// one, it is another: a server with more messages than identifiers may use one twice (mosquitto 2.0), and a
    /// repetition has DUP [MQTT-3.3.1-1].
    [[nodiscard]] bool handed_out(const wire::Publish& message) const noexcept {
        const wire::PacketIdentifier identifier = message.packet_identifier;
        if (message.qos != wire::Qos::exactly_once || !in_use(identifier)) return false;
        return message.dup || !qos_2_->received_here[identifier];
    }
    /// PUBREL has come: its PUBCOMP is owed, and says if the identifier was in use. It is free again.
    void release(wire::PacketIdentifier identifier);
    /// Identifiers that an earlier process received, of a session it had.
    void restore(std::span<const wire::PacketIdentifier> identifiers);

    /// The acknowledgements owed, in the order of the packets they answer [MQTT-4.6.0-2] [MQTT-4.6.0-3]: what has come
    /// since acknowledge(), not the PUBRECs that it holds back.
    [[nodiscard]] std::span<const wire::Acknowledgement> acknowledgements() const noexcept { return acknowledgements_; }
    /// Appends them, but PUBRECs, in order, only while few are open; the others follow in a later call, when PUBRELs
    /// have come.
    void acknowledge(Buffer& to, wire::ProtocolVersion version);

    /// PUBRECs that acknowledge() held back.
    [[nodiscard]] std::size_t held_back() const noexcept { return qos_2_ ? qos_2_->open_pubrecs.waiting() : 0; }

    /// Are there more than the Receive Maximum we granted [MQTT-3.3.4-9]? Not held against a server that sends QoS 2,
    /// too: mosquitto 2.0 then loses count, of both, and all it costs us is a few bytes for each.
    [[nodiscard]] bool exceeds(std::size_t receive_maximum) const noexcept {
        return !qos_2_seen_ && qos_1_owed_ > receive_maximum;
    }
    /// The message of a PUBREC held back has had no PUBREL.
    [[nodiscard]] bool empty() const noexcept { return acknowledgements_.empty() && (!qos_2_ || qos_2_->count == 0); }

    /// The server sends again what we have not acknowledged, so the debt is void. QoS 2 identifiers are Session State.
    void connection_lost() noexcept;
    /// The server has no session: its identifiers mean nothing any more.
    void session_lost() noexcept;

private:
    /// Of identifiers. It is large, so there is none before the first message of QoS 2.
    struct Qos2 {
        OpenPubrecs open_pubrecs;
        std::bitset<65536> received;
        std::bitset<65536> received_here;  // of those, on this connection
        std::size_t count = 0;             // of those received
    };

    [[nodiscard]] Qos2& qos_2();
    [[nodiscard]] bool in_use(wire::PacketIdentifier identifier) const noexcept {
        return qos_2_ && qos_2_->received[identifier];
    }
    void owe(wire::PacketType type, wire::PacketIdentifier identifier,
             wire::ReasonCode reason_code = wire::ReasonCode::success);

    void send_pubrec(Buffer& to, wire::PacketIdentifier identifier);

    std::vector<wire::Acknowledgement> acknowledgements_;
    std::unique_ptr<Qos2> qos_2_;
    std::size_t qos_1_owed_ = 0;
    bool qos_2_seen_ = false;
};

}  // namespace mqtts::session
