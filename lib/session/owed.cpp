// SPDX-License-Identifier: Apache-2.0
#include "session/owed.hpp"

#include <utility>

#include "wire/encode.hpp"

namespace mqtts::session {

bool Owed::receive(const wire::Publish& message) {
    const wire::PacketIdentifier identifier = message.packet_identifier;
    if (message.qos == wire::Qos::at_least_once) {
        owe(wire::PacketType::puback, identifier);
        ++qos_1_owed_;
        return true;
    }
    qos_2_seen_ = true;
    const bool again = handed_out(message);
    Qos2& known = qos_2();
    if (!again || !known.open_pubrecs.waits(identifier)) owe(wire::PacketType::pubrec, identifier);
    if (again) return false;
    if (!known.received[identifier]) ++known.count;
    known.received.set(identifier);
    known.received_here.set(identifier);
    return true;
}

Owed::Qos2& Owed::qos_2() {
    if (!qos_2_) qos_2_ = std::make_unique<Qos2>();
    return *qos_2_;
}

/// An identifier that is not in use is no error: a session kept from an earlier run may still owe us this PUBREL.
void Owed::release(wire::PacketIdentifier identifier) {
    const bool was_in_use = in_use(identifier);
    if (qos_2_) qos_2_->open_pubrecs.release(identifier);
    owe(wire::PacketType::pubcomp, identifier,
        was_in_use ? wire::ReasonCode::success : wire::ReasonCode::packet_identifier_not_found);
    if (!was_in_use) return;
    qos_2_->received.reset(identifier);
    qos_2_->received_here.reset(identifier);
    --qos_2_->count;
}

void Owed::restore(std::span<const wire::PacketIdentifier> identifiers) {
    if (identifiers.empty()) return;
    Qos2& known = qos_2();
    for (const wire::PacketIdentifier identifier : identifiers)
        known.received.set(identifier);
    known.count = known.received.count();
}

void Owed::owe(wire::PacketType type, wire::PacketIdentifier identifier, wire::ReasonCode reason_code) {
    acknowledgements_.push_back({.type = type, .packet_identifier = identifier, .reason_code = reason_code});
}

void Owed::acknowledge(Buffer& to, wire::ProtocolVersion version) {
    if (qos_2_) {
        while (const auto identifier = qos_2_->open_pubrecs.next())
            send_pubrec(to, *identifier);
    }
    for (const wire::Acknowledgement& owed : acknowledgements_) {
        if (owed.type == wire::PacketType::pubrec) {
            if (qos_2_->open_pubrecs.open(owed.packet_identifier)) send_pubrec(to, owed.packet_identifier);
        } else if (owed.reason_code == wire::ReasonCode::success)
            encode(to, wire::ShortAcknowledgement{owed.type, owed.packet_identifier});
        else
            encode(to, owed, version);
    }
    acknowledgements_.clear();
    qos_1_owed_ = 0;
}

/// A server that does not wait for PUBREC has sent PUBREL already, and sends no other.
void Owed::send_pubrec(Buffer& to, wire::PacketIdentifier identifier) {
    encode(to, wire::ShortAcknowledgement{wire::PacketType::pubrec, identifier});
    if (!in_use(identifier)) qos_2_->open_pubrecs.release(identifier);
}

void Owed::connection_lost() noexcept {
    acknowledgements_.clear();
    if (qos_2_seen_) qos_2_->received_here.reset();
    if (qos_2_) qos_2_->open_pubrecs.clear();
    qos_1_owed_ = 0;
}

void Owed::session_lost() noexcept {
    connection_lost();
    if (qos_2_ && std::exchange(qos_2_->count, 0) != 0) qos_2_->received.reset();
}

}  // namespace mqtts::session
