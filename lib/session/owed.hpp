// SPDX-License-Identifier: Apache-2.0
// Keeps what we received and have not finished with: the acknowledgements owed for messages handed out, and the
// identifiers of QoS 2 messages between PUBLISH and PUBREL, which must not be handed out twice [MQTT-4.3.3-10].
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/buffer.hpp"
#include "session/handling.hpp"
#include "session/open_pubrecs.hpp"
#include "wire/packet.hpp"

namespace mqtts::session {

class Owed {
public:
    /// Lets handled() decide when a PUBACK or PUBREC is owed. From the beginning, or never.
    void wait_for_handling() { handling_.emplace(); }
    [[nodiscard]] bool waits_for_handling() const noexcept { return handling_.has_value(); }

    /// Notes a message that was received: its PUBACK or PUBREC is owed. Returns false for a message already handed out.
    /// Of QoS 0 only if waits_for_handling().
    [[nodiscard]] bool receive(const wire::Publish& message);
    /// Takes how many of all messages handed out are handled by now, in order. Precondition: waits_for_handling().
    void handled(std::uint64_t total);
    /// Forgets those that are not handled: they never will be, and the server keeps them. Precondition: the same.
    void give_back();
    /// Tells whether a message is in handling, or of QoS 2 and between PUBLISH and PUBREL already. Without DUP, and on
    /// the connection that brought the first one, it is another message: a server with more messages than identifiers
    /// may use one twice (mosquitto 2.0), and a repetition has DUP [MQTT-3.3.1-1].
    [[nodiscard]] bool handed_out(const wire::Publish& message) const noexcept {
        const wire::PacketIdentifier identifier = message.packet_identifier;
        if (handling_ && handling_->knows(message)) return true;
        if (message.qos != wire::Qos::exactly_once || !in_use(identifier)) return false;
        return message.dup || !qos_2_->received_here[identifier];
    }
    /// Takes a PUBREL: its PUBCOMP is owed, and says whether the identifier was in use. The identifier is free again.
    void release(wire::PacketIdentifier identifier);
    /// Takes identifiers that an earlier process received in this session.
    void restore(std::span<const wire::PacketIdentifier> identifiers);

    /// Returns the acknowledgements owed since acknowledge(), in the order of the packets they answer [MQTT-4.6.0-2]
    /// [MQTT-4.6.0-3]; without the PUBRECs held back.
    [[nodiscard]] std::span<const wire::Acknowledgement> acknowledgements() const noexcept { return acknowledgements_; }
    /// Appends them; but PUBRECs, in order, only while few are open. The others follow in a later call, when PUBRELs
    /// have come.
    void acknowledge(Buffer& to, wire::ProtocolVersion version);

    /// Returns how many PUBRECs acknowledge() held back.
    [[nodiscard]] std::size_t held_back() const noexcept { return qos_2_ ? qos_2_->open_pubrecs.waiting() : 0; }

    /// Tells whether there are more than the Receive Maximum we granted [MQTT-3.3.4-9]. Excused is mosquitto 2.0, and
    /// it costs us only a few bytes for each message: it loses count, of both, when it sends QoS 2, too, and when it
    /// resumes a session whose earlier connection granted more. So is a server whose messages are handled later, as we
    /// read no more of them than there is room for.
    [[nodiscard]] bool exceeds(std::size_t receive_maximum) const noexcept {
        return !qos_2_seen_ && !handling_ && !is_resumed_ && qos_1_owed_ > receive_maximum;
    }
    /// Tells whether nothing is owed; a PUBREC held back counts, as its message has had no PUBREL.
    [[nodiscard]] bool empty() const noexcept {
        return acknowledgements_.empty() && (!qos_2_ || qos_2_->count == 0) && (!handling_ || handling_->empty());
    }

    /// Handles a session that the server has kept. In doubt it may be another one, in which a message without DUP is a
    /// new one, whatever its identifier: on this connection and on later ones.
    void session_resumed(bool in_doubt) noexcept {
        is_resumed_ = true;
        if (in_doubt && qos_2_) qos_2_->in_doubt = qos_2_->received;
        if (qos_2_) qos_2_->received_here |= qos_2_->in_doubt;
    }
    /// Handles the loss of the connection: the server sends again what we have not acknowledged, so nothing is owed.
    /// QoS 2 identifiers are Session State and stay.
    void connection_lost() noexcept;
    /// Forgets the identifiers: without the session they mean nothing any more.
    void session_lost() noexcept;

private:
    /// The QoS 2 identifiers. It is large, so it is made for the first message of QoS 2.
    struct Qos2 {
        OpenPubrecs open_pubrecs;
        std::bitset<65536> received;
        std::bitset<65536> received_here;  // of those, on this connection, or in_doubt
        std::bitset<65536> in_doubt;       // of those, in a session that may be over
        std::size_t count = 0;             // of those received
    };

    [[nodiscard]] Qos2& qos_2();
    [[nodiscard]] bool in_use(wire::PacketIdentifier identifier) const noexcept {
        return qos_2_ && qos_2_->received[identifier];
    }
    void owe(wire::PacketType type, wire::PacketIdentifier identifier,
             wire::ReasonCode reason_code = wire::ReasonCode::success);

    [[nodiscard]] bool receive_to_handle(const wire::Publish& message);
    void owe_handled();
    void note_received(wire::PacketIdentifier identifier);
    void forget_received(wire::PacketIdentifier identifier);
    void send_pubrec(Buffer& to, wire::PacketIdentifier identifier);

    std::vector<wire::Acknowledgement> acknowledgements_;
    std::unique_ptr<Qos2> qos_2_;
    std::optional<Handling> handling_;  // nothing: what was handed out is acknowledged next
    std::size_t qos_1_owed_ = 0;
    bool is_resumed_ = false;
    bool qos_2_seen_ = false;
};

}  // namespace mqtts::session
