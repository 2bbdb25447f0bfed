// SPDX-License-Identifier: Apache-2.0
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

/// Returns where the variable header of a packet of our own begins: behind the type and the Remaining Length.
std::size_t variable_header(std::string_view packet) noexcept {
    std::size_t i = 1;
    while ((packet[i] & 0x80) != 0)
        ++i;
    return i + 1;
}

/// Decodes a PUBLISH packet of our own, or all of it except the payload.
Errc decode_kept(std::string_view packet, wire::ProtocolVersion version, wire::Publish& message) noexcept {
    const wire::Frame frame{.type = wire::PacketType::publish,
                            .flags = static_cast<std::uint8_t>(packet[0] & 0x0F),
                            .body = packet.substr(variable_header(packet)),
                            .size = packet.size()};
    return decode(frame, version, message);
}

/// Checks the packet against other limits than those it was made for.
Errc check_again(std::string_view packet, std::size_t size, const Limits& limits,
                 wire::ProtocolVersion version) noexcept {
    wire::Publish message;
    Errc error = decode_kept(packet, version, message);
    if (error == Errc::ok) error = check(limits, message);
    return error == Errc::ok ? check(limits, size) : error;
}

}  // namespace

void InFlight::publish(Gather& to, const wire::PublishEncoder& encoder, std::string_view payload, Awaiting awaiting,
                       std::uint64_t number) {
    const std::size_t size = encoder.size(payload.size());
    const std::shared_ptr<Buffer>& chunk = packets_.room_for(size + wire::PublishEncoder::slack);
    encoder.encode(*chunk, payload, next_identifier());
    to.refer_to(keep(chunk, size, awaiting, number).bytes(), chunk);
}

void InFlight::publish_from(Gather& to, const wire::PublishEncoder& encoder, ByteSource& payload, Awaiting awaiting) {
    const std::size_t size = encoder.size(payload.size()) - payload.size();
    const std::shared_ptr<Buffer>& chunk = packets_.room_for(size + wire::PublishEncoder::slack);
    encoder.encode_without_payload(*chunk, payload.size(), next_identifier());
    source_ = &payload;
    sourced_ = next_;
    to.refer_to(keep(chunk, size, awaiting).bytes(), chunk);
    to.refer_to(payload);
}

InFlight::Slot& InFlight::keep(const std::shared_ptr<Buffer>& chunk, std::size_t size, Awaiting awaiting,
                               std::uint64_t number) {
    packets_.added(size);
    Slot& slot = add();
    slot = {.number = number,
            .packet = chunk->mutable_bytes().last(size).data(),
            .size = static_cast<std::uint32_t>(size),
            .awaiting = awaiting};
    ++unacknowledged_;
    return slot;
}

void InFlight::add_request(Awaiting answer) {
    add() = {.awaiting = answer};
    ++requests_;
}

void InFlight::skip_to(std::uint64_t sequence) {
    if (empty()) front_ = next_ = unsent_ = sequence;
    while (next_ != sequence)
        add() = {};
}

void InFlight::add_received(const wire::PublishEncoder& encoder, std::string_view payload) {
    const std::size_t size = encoder.size(payload.size());
    const std::shared_ptr<Buffer>& chunk = packets_.room_for(size + wire::PublishEncoder::slack);
    encoder.encode(*chunk, payload, next_identifier());
    Slot& released = keep(chunk, size, Awaiting::pubcomp);
    released.sent_before = true;
    released.in_doubt = in_doubt_;
}

void InFlight::add_received() {
    add() = {.awaiting = Awaiting::pubcomp, .sent_before = true, .in_doubt = in_doubt_};
    ++unacknowledged_;
}

InFlight::Slot& InFlight::add() {
    if (next_ - front_ == slots_.size()) grow();
    if (unsent_ == next_) ++unsent_;  // nothing waits to be sent again, so this one is sent in its turn
    return slot(next_++);
}

void InFlight::grow() {
    std::vector<Slot> larger(std::max<std::size_t>(64, slots_.size() * 2));
    const std::size_t mask = larger.size() - 1;
    for (std::uint64_t i = front_; i != next_; ++i)
        larger[static_cast<std::size_t>(i) & mask] = slot(i);
    slots_ = std::move(larger);
    mask_ = mask;
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
    const std::string_view packet = slot(sequence).bytes();
    if (packet.empty()) return {};  // see add_received()
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
        if (tracking_)
            progress_.push_back({.sequence = sequence, .number = slot(sequence).number, .awaited = Awaiting::pubrec});
    } else {
        --unacknowledged_;
        finish(sequence, Errc::ok);
    }
    return true;
}

void InFlight::complete(PacketIdentifier identifier) noexcept {
    const std::uint64_t sequence = find(identifier);
    if (is_request(slot(sequence).awaiting))
        --requests_;
    else if (sequence < unsent_)
        --unacknowledged_;
    finish(sequence, Errc::publish_refused);
    drop_completed();
}

void InFlight::finish(std::uint64_t sequence, Errc error) noexcept {
    Slot& finished = slot(sequence);
    const Awaiting awaited = std::exchange(finished.awaiting, Awaiting::nothing);
    if (tracking_ && !is_request(awaited))
        progress_.push_back(
            {.sequence = sequence, .number = finished.number, .awaited = awaited, .is_finished = true, .error = error});
}

void InFlight::drop_completed() noexcept {
    while (front_ != next_ && slot(front_).awaiting == Awaiting::nothing) {
        if (const std::size_t size = slot(front_).size; size != 0) packets_.release(size);
        if (unsent_ == front_) ++unsent_;  // it is complete before its turn to be sent again
        ++front_;
    }
}

void InFlight::rewind() noexcept {
    for (std::uint64_t i = front_; i != next_; ++i) {
        if (is_request(slot(i).awaiting)) slot(i).awaiting = Awaiting::nothing;
        if (i < unsent_) slot(i).sent_before = true;
    }
    drop_completed();
    unsent_ = front_;
    unacknowledged_ = 0;
    requests_ = 0;
    dup_ = true;
}

std::size_t InFlight::restart() noexcept {
    for (std::uint64_t i = front_; i != next_; ++i) {
        Slot& kept = slot(i);
        kept.in_doubt = false;
        if (kept.awaiting == Awaiting::pubcomp) kept.awaiting = kept.size != 0 ? Awaiting::pubrec : Awaiting::nothing;
    }
    dup_ = false;
    in_doubt_ = false;
    const std::size_t repeated = note_repeated();
    drop_completed();
    return repeated;
}

std::size_t InFlight::doubt_session() noexcept {
    in_doubt_ = true;
    for (std::uint64_t i = front_; i != next_; ++i)
        if (slot(i).awaiting == Awaiting::pubcomp) slot(i).in_doubt = true;
    return note_repeated();
}

std::size_t InFlight::note_repeated() noexcept {
    std::size_t repeated = 0;
    for (std::uint64_t i = front_; i != next_; ++i) {
        Slot& kept = slot(i);
        if (kept.awaiting != Awaiting::pubrec || !kept.sent_before || kept.may_come_twice) continue;
        kept.may_come_twice = true;
        ++repeated;
    }
    return repeated;
}

void InFlight::translate(wire::ProtocolVersion from, wire::ProtocolVersion to) {
    PacketStore translated;
    for (std::uint64_t i = front_; i != next_; ++i) {
        Slot& kept = slot(i);
        wire::Publish message;
        if (kept.size == 0) continue;
        static_cast<void>(decode_kept(kept.bytes(), from, message));  // it is our own
        const ByteSource* const source = source_of(i);
        const wire::PublishEncoder encoder(message, to);
        const std::size_t size =
            source != nullptr ? encoder.size(source->size()) - source->size() : encoder.size(message.payload.size());
        const std::shared_ptr<Buffer>& chunk = translated.room_for(size + wire::PublishEncoder::slack);
        if (source != nullptr)
            encoder.encode_without_payload(*chunk, source->size(), message.packet_identifier);
        else
            encoder.encode(*chunk, message.payload, message.packet_identifier);
        kept.packet = chunk->mutable_bytes().last(size).data();
        kept.size = static_cast<std::uint32_t>(size);
        translated.added(size);
    }
    packets_ = std::move(translated);
}

InFlight::GivenUp InFlight::give_up_beyond(const Limits& limits, wire::ProtocolVersion version) noexcept {
    GivenUp given_up;
    for (std::uint64_t i = front_; i != next_; ++i) {
        const Slot& kept = slot(i);
        if (kept.awaiting != Awaiting::puback && kept.awaiting != Awaiting::pubrec) continue;
        const ByteSource* const source = source_of(i);
        const Errc error =
            check_again(kept.bytes(), kept.size + (source != nullptr ? source->size() : 0), limits, version);
        if (error == Errc::ok) continue;
        if (given_up.messages++ == 0) given_up.reason = error;
        if (i < unsent_) --unacknowledged_;
        finish(i, error);
    }
    drop_completed();
    return given_up;
}

void InFlight::resend(Gather& to, std::size_t window, std::size_t high_water, wire::ProtocolVersion version) {
    using enum wire::PacketType;
    while (unsent_ != next_ && unacknowledged_ < window && to.size() < high_water) {
        const Slot& sending = slot(unsent_);
        switch (sending.awaiting) {
            case Awaiting::pubcomp:
                encode(to.buffer(), wire::Acknowledgement{.type = pubrel, .packet_identifier = identifier(unsent_)},
                       version);
                ++unacknowledged_;
                break;
            case Awaiting::puback:
            case Awaiting::pubrec: {
                char& first_byte = *sending.packet;
                first_byte = static_cast<char>(dup_ ? first_byte | dup_flag : first_byte & ~dup_flag);
                to.refer_to(sending.bytes(), packets_.owner_of(sending.packet));
                if (ByteSource* const source = source_of(unsent_)) to.refer_to(*source);
                ++unacknowledged_;
                break;
            }
            case Awaiting::suback:  // requests of this connection, sent when they were added
            case Awaiting::unsuback:
            case Awaiting::nothing:
                break;
        }
        ++unsent_;
    }
}

InFlight::Oldest InFlight::oldest() const noexcept {
    for (std::uint64_t i = front_; i != next_; ++i) {
        const Awaiting awaiting = slot(i).awaiting;
        if (awaiting == Awaiting::nothing || is_request(awaiting)) continue;
        return {.message = true,
                .sequence = i,
                .packet_identifier = identifier(i),
                .qos = slot(i).size == 0 ? wire::Qos::exactly_once  // see add_received()
                                         : static_cast<wire::Qos>(slot(i).packet[0] >> 1 & 0x03),
                .is_out = i < unsent_,
                .topic_name = topic_name(identifier(i)),
                .number = slot(i).number};
    }
    return {.sequence = next_};
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
