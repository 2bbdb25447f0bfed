#include "session/in_flight.hpp"

#include <algorithm>

#include "wire/encode.hpp"

namespace mqtts::session {

using wire::PacketIdentifier;

namespace {

constexpr char dup_flag = 0x08;  // in the first byte of PUBLISH [MQTT-3.3.1.1]

bool is_request(Awaiting awaiting) noexcept {
    return awaiting == Awaiting::suback || awaiting == Awaiting::unsuback;
}

/// Where the variable header of a packet of our own begins: behind the type and the Remaining Length.
std::size_t variable_header(std::string_view packet) noexcept {
    std::size_t i = 1;
    while ((packet[i] & 0x80) != 0)
        ++i;
    return i + 1;
}

}  // namespace

void InFlight::add_publish(std::string_view packet, wire::Qos qos) {
    add(packet, qos == wire::Qos::at_least_once ? Awaiting::puback : Awaiting::pubrec);
    ++unacknowledged_;
}

void InFlight::add_request(Awaiting answer) {
    add({}, answer);
}

void InFlight::add(std::string_view packet, Awaiting awaiting) {
    if (next_ - front_ == slots_.size()) grow();
    bytes_.append(packet);
    slot(next_) = {static_cast<std::uint32_t>(packet.size()), awaiting};
    if (unsent_ == next_) {  // nothing waits to be sent again, so this one is sent in its turn
        ++unsent_;
        unsent_offset_ = bytes_.size();
    }
    ++next_;
}

void InFlight::grow() {
    std::vector<Slot> larger(std::max<std::size_t>(64, slots_.size() * 2));
    for (std::uint64_t i = front_; i != next_; ++i)
        larger[i & (larger.size() - 1)] = slot(i);
    slots_ = std::move(larger);
}

std::uint64_t InFlight::find(PacketIdentifier identifier) const noexcept {
    if (identifier == 0) return next_;
    const std::uint64_t first = front_ % 65535 + 1;
    const std::uint64_t distance = (identifier + 65535 - first) % 65535;
    return std::min(front_ + distance, next_);
}

Awaiting InFlight::awaiting(PacketIdentifier identifier) const noexcept {
    const std::uint64_t sequence = find(identifier);
    if (sequence == next_) return Awaiting::nothing;
    // A PUBLISH that has not been sent again on this connection cannot have been acknowledged on it.
    const Awaiting awaiting = slot(sequence).awaiting;
    return sequence < unsent_ || is_request(awaiting) ? awaiting : Awaiting::nothing;
}

std::string_view InFlight::topic_name(PacketIdentifier identifier) const noexcept {
    const std::uint64_t sequence = find(identifier);
    std::size_t offset = 0;
    for (std::uint64_t i = front_; i != sequence; ++i)
        offset += slot(i).size;
    const std::string_view packet = bytes_.readable().substr(offset, slot(sequence).size);
    const std::string_view topic = packet.substr(variable_header(packet));
    const auto length =
        static_cast<std::size_t>(static_cast<unsigned char>(topic[0]) << 8 | static_cast<unsigned char>(topic[1]));
    return topic.substr(2, length);
}

void InFlight::received(PacketIdentifier identifier) noexcept {
    slot(find(identifier)).awaiting = Awaiting::pubcomp;
}

void InFlight::complete(PacketIdentifier identifier) noexcept {
    Slot& completed = slot(find(identifier));
    if (!is_request(completed.awaiting)) --unacknowledged_;
    completed.awaiting = Awaiting::nothing;
    drop_completed();
}

void InFlight::drop_completed() noexcept {
    while (front_ != next_ && slot(front_).awaiting == Awaiting::nothing) {
        const std::size_t size = slot(front_).size;
        bytes_.consume(size);
        if (unsent_ == front_) {
            ++unsent_;  // it went away before its turn came to be sent again
        } else {
            unsent_offset_ -= size;
        }
        ++front_;
    }
}

void InFlight::rewind() noexcept {
    for (std::uint64_t i = front_; i != next_; ++i) {
        if (is_request(slot(i).awaiting)) slot(i).awaiting = Awaiting::nothing;
    }
    drop_completed();
    unsent_ = front_;
    unsent_offset_ = 0;
    unacknowledged_ = 0;
    dup_ = true;
}

void InFlight::restart() noexcept {
    for (std::uint64_t i = front_; i != next_; ++i) {
        if (slot(i).awaiting == Awaiting::pubcomp) slot(i).awaiting = Awaiting::nothing;
    }
    drop_completed();
    dup_ = false;
}

void InFlight::resend(Buffer& to, std::size_t window, std::size_t high_water, wire::ProtocolVersion version) {
    using enum wire::PacketType;
    while (unsent_ != next_ && unacknowledged_ < window && to.size() < high_water) {
        const Slot& sending = slot(unsent_);
        switch (sending.awaiting) {
            case Awaiting::pubcomp:
                encode(to, wire::Acknowledgement{.type = pubrel, .packet_identifier = identifier(unsent_)}, version);
                ++unacknowledged_;
                break;
            case Awaiting::puback:
            case Awaiting::pubrec: {
                char& first_byte = bytes_.mutable_bytes()[unsent_offset_];
                first_byte = static_cast<char>(dup_ ? first_byte | dup_flag : first_byte & ~dup_flag);
                to.append(bytes_.readable().substr(unsent_offset_, sending.size));
                ++unacknowledged_;
                break;
            }
            case Awaiting::suback:  // requests of this connection, sent when they were added
            case Awaiting::unsuback:
            case Awaiting::nothing:
                break;
        }
        unsent_offset_ += sending.size;
        ++unsent_;
    }
}

std::size_t InFlight::unfinished() const noexcept {
    std::size_t count = 0;
    for (std::uint64_t i = front_; i != next_; ++i) {
        const Awaiting awaiting = slot(i).awaiting;
        if (awaiting != Awaiting::nothing && !is_request(awaiting)) ++count;
    }
    return count;
}

}  // namespace mqtts::session
