#include "session/owed.hpp"

#include "wire/encode.hpp"

namespace mqtts::session {

bool Owed::receive(const wire::Publish& message) {
    const wire::PacketIdentifier identifier = message.packet_identifier;
    if (message.qos == wire::Qos::at_least_once) {
        acknowledgements_.push_back({identifier, wire::PacketType::puback});
        ++qos_1_owed_;
        return true;
    }
    acknowledgements_.push_back({identifier, wire::PacketType::pubrec});
    if (qos_2_received_[identifier]) return false;
    qos_2_received_.set(identifier);
    ++qos_2_count_;
    return true;
}

bool Owed::release(wire::PacketIdentifier identifier) noexcept {
    if (!qos_2_received_[identifier]) return false;
    qos_2_received_.reset(identifier);
    --qos_2_count_;
    return true;
}

void Owed::acknowledge(Buffer& to, wire::ProtocolVersion version) {
    for (const Acknowledgement& owed : acknowledgements_) {
        encode(to, wire::Acknowledgement{.type = owed.type, .packet_identifier = owed.packet_identifier}, version);
    }
    acknowledgements_.clear();
    qos_1_owed_ = 0;
}

void Owed::connection_lost() noexcept {
    acknowledgements_.clear();
    qos_1_owed_ = 0;
}

void Owed::session_lost() noexcept {
    connection_lost();
    qos_2_received_.reset();
    qos_2_count_ = 0;
}

}  // namespace mqtts::session
