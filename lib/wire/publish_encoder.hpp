// SPDX-License-Identifier: Apache-2.0
// Encodes PUBLISH packets that differ only in payload and Packet Identifier [MQTT-3.3]: a stream consists of them.
//
//     │ type, flags │ Remaining Length │ Topic Name │ Packet Identifier │ Properties │ Payload │
//                                      ├── the same in all of them, but for two bytes ─┤
//
// That part, the head, is encoded once and then copied, usually as a block whose size the compiler knows. As with
// encode() the caller has checked what it sends, and nothing can fail.
#pragma once

#include <array>
#include <cstring>
#include <string_view>

#include "base/buffer.hpp"
#include "wire/cursor.hpp"
#include "wire/packet.hpp"

namespace mqtts::wire {

class PublishEncoder {
public:
    /// The room that a packet needs beyond its size, because a head is copied together with the bytes behind it.
    static constexpr std::size_t slack = 64;

    /// Prepares packets like `message`; its payload and Packet Identifier do not matter. Refers to its Topic Name and
    /// properties.
    PublishEncoder(const Publish& message, ProtocolVersion version) noexcept
        : topic_name_(message.topic_name),
          properties_(message.properties.bytes()),
          first_byte_(static_cast<unsigned>(PacketType::publish) << 4 | (message.dup ? 0x08U : 0U) |
                      static_cast<unsigned>(message.qos) << 1 | (message.retain ? 1U : 0U)),
          has_identifier_(message.qos != Qos::at_most_once),
          has_properties_(version == ProtocolVersion::v5),
          head_size_(2 + topic_name_.size() + (has_identifier_ ? 2 : 0) +
                     (has_properties_ ? variable_byte_size(properties_.size()) + properties_.size() : 0)) {
        if (head_size_ <= head_.size()) write_head(Writer(head_.data()), 0);
    }

    /// Returns the size of the whole packet on the wire, fixed header included, for the server's Maximum Packet Size.
    /// More than 5 + maximum_remaining_length: it cannot be sent at all.
    [[nodiscard]] std::size_t size(std::size_t payload_size) const noexcept {
        const std::size_t remaining_length = head_size_ + payload_size;
        return 1 + variable_byte_size(remaining_length) + remaining_length;
    }

    /// Appends a packet.
    void encode(Buffer& to, std::string_view payload, PacketIdentifier identifier = 0) const {
        Writer writer = append(to, payload.size(), payload.size(), identifier);
        writer.bytes(payload);
    }
    /// Appends everything except the payload, which must follow.
    void encode_without_payload(Buffer& to, std::size_t payload_size, PacketIdentifier identifier = 0) const {
        append(to, payload_size, 0, identifier);
    }

private:
    /// Appends the packet, and returns the place of the first `included` bytes of the payload, which become part of
    /// `to`.
    Writer append(Buffer& to, std::size_t payload_size, std::size_t included, PacketIdentifier identifier) const {
        const std::size_t size = this->size(payload_size) - payload_size + included;
        Writer writer(to.prepare(size + slack).data());
        to.commit(size);
        writer.byte(first_byte_);
        writer.variable_byte(static_cast<std::uint32_t>(head_size_ + payload_size));
        if (head_size_ > head_.size()) return write_head(writer, identifier);
        std::memcpy(writer.position(), head_.data(), head_.size());
        if (has_identifier_) Writer(writer.position() + 2 + topic_name_.size()).two_byte(identifier);
        return Writer(writer.position() + head_size_);
    }

    Writer write_head(Writer writer, PacketIdentifier identifier) const noexcept {
        writer.prefixed(topic_name_);
        if (has_identifier_) writer.two_byte(identifier);
        if (has_properties_) writer.variable_byte(static_cast<std::uint32_t>(properties_.size()));
        writer.bytes(has_properties_ ? properties_ : std::string_view());
        return writer;
    }

    std::string_view topic_name_;
    std::string_view properties_;
    unsigned first_byte_;
    bool has_identifier_;
    bool has_properties_;
    std::size_t head_size_;
    std::array<char, slack> head_{};  // if it fits in there
};

}  // namespace mqtts::wire
