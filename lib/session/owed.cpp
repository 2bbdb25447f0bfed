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
    if (!again || !open_pubrecs_.waits(identifier)) owe(wire::PacketType::pubrec, identifier);
    if (again) return false;
    if (!qos_2_received_[identifier]) ++qos_2_count_;
    qos_2_received_.set(identifier);
    received_here_.set(identifier);
    return true;
}

/// Not in use is no error: a session kept from an earlier run may still owe us this PUBREL.
void Owed::release(wire::PacketIdentifier identifier) {
    const bool in_use = qos_2_received_[identifier];
    open_pubrecs_.release(identifier);
    owe(wire::PacketType::pubcomp, identifier,
        in_use ? wire::ReasonCode::success : wire::ReasonCode::packet_identifier_not_found);
    if (!in_use) return;
    qos_2_received_.reset(identifier);
    received_here_.reset(identifier);
    --qos_2_count_;
}

void Owed::restore(std::span<const wire::PacketIdentifier> identifiers) noexcept {
    for (const wire::PacketIdentifier identifier : identifiers)
        qos_2_received_.set(identifier);
    qos_2_count_ = qos_2_received_.count();
}

void Owed::owe(wire::PacketType type, wire::PacketIdentifier identifier, wire::ReasonCode reason_code) {
    acknowledgements_.push_back({.type = type, .packet_identifier = identifier, .reason_code = reason_code});
}

void Owed::acknowledge(Buffer& to, wire::ProtocolVersion version) {
    while (const auto identifier = open_pubrecs_.next())
        send_pubrec(to, *identifier);
    for (const wire::Acknowledgement& owed : acknowledgements_) {
        if (owed.type == wire::PacketType::pubrec) {
            if (open_pubrecs_.open(owed.packet_identifier)) send_pubrec(to, owed.packet_identifier);
        } else if (owed.reason_code == wire::ReasonCode::success)
            encode(to, wire::ShortAcknowledgement{owed.type, owed.packet_identifier});
        else
            encode(to, owed, version);
    }
    acknowledgements_.clear();
    qos_1_owed_ = 0;
}

/// A server that does not wait for it sent PUBREL already, and sends no other.
void Owed::send_pubrec(Buffer& to, wire::PacketIdentifier identifier) {
    encode(to, wire::ShortAcknowledgement{wire::PacketType::pubrec, identifier});
    if (!qos_2_received_[identifier]) open_pubrecs_.release(identifier);
}

void Owed::connection_lost() noexcept {
    acknowledgements_.clear();
    if (qos_2_seen_) received_here_.reset();
    open_pubrecs_.clear();
    qos_1_owed_ = 0;
}

void Owed::session_lost() noexcept {
    connection_lost();
    if (std::exchange(qos_2_count_, 0) != 0) qos_2_received_.reset();
}

}  // namespace mqtts::session
