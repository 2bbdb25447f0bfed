// SPDX-License-Identifier: Apache-2.0
#include "session/owed.hpp"

#include <utility>

#include "wire/encode.hpp"

namespace mqtts::session {

bool Owed::receive(const wire::Publish& message) {
    if (handling_) return receive_to_handle(message);
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
    note_received(identifier);
    return true;
}

/// Owes nothing for a message that is in handling. One that is handled is acknowledged when it comes again, in its
/// turn.
bool Owed::receive_to_handle(const wire::Publish& message) {
    if (message.qos != wire::Qos::at_most_once && handling_->take_again(message)) return false;
    if (message.qos == wire::Qos::at_least_once && handling_->take_handled(message)) {
        owe_handled();
        return false;
    }
    if (message.qos == wire::Qos::exactly_once) {
        qos_2_seen_ = true;
        if (handed_out(message)) {
            if (!qos_2().open_pubrecs.waits(message.packet_identifier)) handling_->note_received(message, true);
            owe_handled();
            return false;
        }
        note_received(message.packet_identifier);
    }
    handling_->add(message);
    return true;
}

void Owed::handled(std::uint64_t total) {
    handling_->handled(total);
    owe_handled();
}

void Owed::owe_handled() {
    handling_->take_owed([&](wire::PacketIdentifier identifier, wire::Qos qos) {
        owe(qos == wire::Qos::at_least_once ? wire::PacketType::puback : wire::PacketType::pubrec, identifier);
    });
}

void Owed::give_back() {
    for (const Handling::Message& message : handling_->give_back())
        if (message.qos == wire::Qos::exactly_once) forget_received(message.packet_identifier);
}

void Owed::note_received(wire::PacketIdentifier identifier) {
    Qos2& known = qos_2();
    if (!known.received[identifier]) ++known.count;
    known.received.set(identifier);
    known.received_here.set(identifier);
    known.in_doubt.reset(identifier);
}

void Owed::forget_received(wire::PacketIdentifier identifier) {
    if (!in_use(identifier)) return;
    qos_2_->received.reset(identifier);
    qos_2_->received_here.reset(identifier);
    qos_2_->in_doubt.reset(identifier);
    --qos_2_->count;
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
    forget_received(identifier);
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
    if (qos_2_) {
        qos_2_->received_here.reset();
        qos_2_->open_pubrecs.clear();
    }
    qos_1_owed_ = 0;
    is_resumed_ = false;
    if (handling_) handling_->connection_lost();
}

void Owed::session_lost() noexcept {
    connection_lost();
    if (handling_) handling_->session_lost();
    if (!qos_2_ || std::exchange(qos_2_->count, 0) == 0) return;
    qos_2_->received.reset();
    qos_2_->in_doubt.reset();
}

}  // namespace mqtts::session
