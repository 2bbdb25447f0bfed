#include "session/in_flight.hpp"

#include <algorithm>
#include <utility>

#include "wire/decode.hpp"
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

/// A PUBLISH packet of our own.
Errc decode_kept(std::string_view packet, wire::ProtocolVersion version, wire::Publish& message) noexcept {
    Errc error = Errc::ok;
    const auto frame = wire::next_frame(packet, wire::largest_packet, error);
    return error == Errc::ok ? decode(*frame, version, message) : error;
}

/// Against other limits than those it was made for.
Errc check_again(std::string_view packet, const Limits& limits, wire::ProtocolVersion version) noexcept {
    wire::Publish message;
    const Errc error = decode_kept(packet, version, message);
    return error == Errc::ok ? check(limits, message, packet.size()) : error;
}

}  // namespace

std::string_view InFlight::add_publish(const wire::Publish& message, wire::ProtocolVersion version,
                                       std::uint64_t number) {
    const std::size_t before = bytes_.size();
    encode(bytes_, message, version, next_identifier());
    std::string_view packet = bytes_.readable();
    packet.remove_prefix(before);
    add(packet.size(), message.qos == wire::Qos::at_least_once ? Awaiting::puback : Awaiting::pubrec, number);
    ++unacknowledged_;
    return packet;
}

void InFlight::add_request(Awaiting answer) {
    add(0, answer, 0);
}

void InFlight::skip_to(std::uint64_t sequence) {
    if (empty()) {
        front_ = next_ = unsent_ = sequence;
        unsent_offset_ = 0;
    }
    while (next_ != sequence)
        add(0, Awaiting::nothing, 0);
}

void InFlight::add_received() {
    add(0, Awaiting::pubcomp, 0);
    ++unacknowledged_;
}

void InFlight::add(std::size_t packet_size, Awaiting awaiting, std::uint64_t number) {
    if (next_ - front_ == slots_.size()) grow();
    slot(next_) = {number, static_cast<std::uint32_t>(packet_size), awaiting};
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
    const std::uint64_t distance = identifier >= first ? identifier - first : identifier + 65535 - first;
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

std::uint64_t InFlight::number(PacketIdentifier identifier) const noexcept {
    return slot(find(identifier)).number;
}

bool InFlight::acknowledge(PacketIdentifier identifier, Awaiting awaited) noexcept {
    const std::uint64_t sequence = find(identifier);
    // What has not been sent again on this connection cannot have been acknowledged on it.
    if (sequence >= unsent_ || slot(sequence).awaiting != awaited) return false;
    if (awaited == Awaiting::pubrec) {
        slot(sequence).awaiting = Awaiting::pubcomp;
        if (tracking_) progress_.push_back({.sequence = sequence, .awaited = Awaiting::pubrec});
    } else {
        --unacknowledged_;
        finish(sequence);
        drop_completed();
    }
    return true;
}

void InFlight::complete(PacketIdentifier identifier) noexcept {
    const std::uint64_t sequence = find(identifier);
    if (!is_request(slot(sequence).awaiting)) --unacknowledged_;
    finish(sequence);
    drop_completed();
}

void InFlight::finish(std::uint64_t sequence) noexcept {
    const Awaiting awaited = std::exchange(slot(sequence).awaiting, Awaiting::nothing);
    if (tracking_ && !is_request(awaited))
        progress_.push_back({.sequence = sequence, .awaited = awaited, .is_finished = true});
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

std::size_t InFlight::restart() noexcept {
    std::size_t repeated = 0;
    for (std::uint64_t i = front_; i != next_; ++i) {
        if (slot(i).awaiting == Awaiting::pubcomp) finish(i);
        if (slot(i).awaiting == Awaiting::pubrec) ++repeated;
    }
    drop_completed();
    dup_ = false;
    return repeated;
}

void InFlight::translate(wire::ProtocolVersion from, wire::ProtocolVersion to) {
    Buffer translated;
    for (std::uint64_t i = front_; i != next_; ++i) {
        Slot& kept = slot(i);
        wire::Publish message;
        const std::string_view packet = bytes_.readable().substr(0, kept.size);
        const std::size_t before = translated.size();
        if (!packet.empty() && decode_kept(packet, from, message) == Errc::ok)  // it is our own
            encode(translated, message, to);
        bytes_.consume(packet.size());
        kept.size = static_cast<std::uint32_t>(translated.size() - before);
    }
    bytes_ = std::move(translated);
}

InFlight::GivenUp InFlight::give_up_beyond(const Limits& limits, wire::ProtocolVersion version) noexcept {
    GivenUp given_up;
    std::string_view packets = bytes_.readable();
    for (std::uint64_t i = front_; i != next_; ++i) {
        const Slot& kept = slot(i);
        const std::string_view packet = packets.substr(0, kept.size);
        packets.remove_prefix(kept.size);
        if (kept.awaiting != Awaiting::puback && kept.awaiting != Awaiting::pubrec) continue;
        const Errc error = check_again(packet, limits, version);
        if (error == Errc::ok) continue;
        if (given_up.messages++ == 0) given_up.reason = error;
        if (i < unsent_) --unacknowledged_;
        finish(i);
    }
    drop_completed();
    return given_up;
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
