// From packets to bytes: one encode() for each packet that a client sends, appending to a Buffer.
//
// The caller has checked what it sends (topics with wire/topic.hpp, strings at most 65535 bytes, the size with
// encoded_size); encode() asserts nothing and cannot fail. Properties are left out before MQTT 5. Each encode()
// computes the Remaining Length first, reserves the whole packet once, and writes without checks.
#pragma once

#include "base/buffer.hpp"
#include "wire/cursor.hpp"
#include "wire/packet.hpp"

namespace mqtts::wire {

void encode(Buffer& to, const Connect& packet, ProtocolVersion version);
void encode(Buffer& to, const Publish& packet, ProtocolVersion version);
/// With another Packet Identifier than the message says.
void encode(Buffer& to, const Publish& packet, ProtocolVersion version, PacketIdentifier identifier);
/// All but the payload, which is to follow.
void encode_without_payload(Buffer& to, const Publish& packet, ProtocolVersion version);
void encode(Buffer& to, const Acknowledgement& packet, ProtocolVersion version);
void encode(Buffer& to, const ShortAcknowledgement& packet);
void encode(Buffer& to, const Subscribe& packet, ProtocolVersion version);
void encode(Buffer& to, const Unsubscribe& packet, ProtocolVersion version);
void encode(Buffer& to, const Disconnect& packet, ProtocolVersion version);
void encode(Buffer& to, const Auth& packet, ProtocolVersion version);
void encode(Buffer& to, const Pingreq& packet, ProtocolVersion version);

/// The size of the whole packet on the wire, fixed header included, for the server's Maximum Packet Size.
/// More than 5 + maximum_remaining_length: it cannot be sent at all.
[[nodiscard]] std::size_t encoded_size(const Publish& packet, ProtocolVersion version) noexcept;

// What follows is inline for the sake of PUBLISH and its acknowledgements, which a stream consists of.

namespace detail {

constexpr unsigned first_byte(PacketType type, unsigned flags = 0) noexcept {
    return static_cast<unsigned>(type) << 4 | flags;
}

/// Makes room for a packet in `to`, writes its fixed header and returns the place of the rest, which must be filled.
/// The last `held_back` bytes of it are left to the caller altogether.
inline Writer append_packet(Buffer& to, unsigned first, std::size_t remaining_length, std::size_t held_back = 0) {
    const std::size_t size = 1 + variable_byte_size(remaining_length) + remaining_length - held_back;
    Writer writer(to.prepare(size).data());
    to.commit(size);
    writer.byte(first);
    writer.variable_byte(static_cast<std::uint32_t>(remaining_length));
    return writer;
}

inline std::size_t prefixed_size(std::string_view text) noexcept {
    return 2 + text.size();
}

inline std::size_t size_of(const PropertiesView& properties, ProtocolVersion version) noexcept {
    if (version != ProtocolVersion::v5) return 0;
    const std::size_t length = properties.bytes().size();
    return variable_byte_size(length) + length;
}

inline void write(Writer& writer, const PropertiesView& properties, ProtocolVersion version) noexcept {
    if (version != ProtocolVersion::v5) return;
    writer.variable_byte(static_cast<std::uint32_t>(properties.bytes().size()));
    writer.bytes(properties.bytes());
}

inline std::size_t remaining_length(const Publish& packet, ProtocolVersion version) noexcept {
    const std::size_t identifier_size = packet.qos == Qos::at_most_once ? 0 : 2;
    return prefixed_size(packet.topic_name) + identifier_size + size_of(packet.properties, version) +
           packet.payload.size();
}

inline Writer append_publish(Buffer& to, const Publish& packet, ProtocolVersion version, PacketIdentifier identifier,
                             std::size_t held_back) {
    const unsigned flags =
        (packet.dup ? 0x08U : 0U) | static_cast<unsigned>(packet.qos) << 1 | (packet.retain ? 1U : 0U);
    Writer writer =
        append_packet(to, first_byte(PacketType::publish, flags), remaining_length(packet, version), held_back);
    writer.prefixed(packet.topic_name);
    if (packet.qos != Qos::at_most_once) writer.two_byte(identifier);
    write(writer, packet.properties, version);
    return writer;
}

}  // namespace detail

inline void encode(Buffer& to, const Publish& packet, ProtocolVersion version) {
    encode(to, packet, version, packet.packet_identifier);
}

inline void encode(Buffer& to, const Publish& packet, ProtocolVersion version, PacketIdentifier identifier) {
    detail::append_publish(to, packet, version, identifier, 0).bytes(packet.payload);
}

inline void encode_without_payload(Buffer& to, const Publish& packet, ProtocolVersion version) {
    detail::append_publish(to, packet, version, packet.packet_identifier, packet.payload.size());
}

inline void encode(Buffer& to, const ShortAcknowledgement& packet) {
    Writer writer(to.prepare(packet.size).data());
    writer.byte(detail::first_byte(packet.type, packet.type == PacketType::pubrel ? 0x02 : 0x00));  // [MQTT-3.6.1-1]
    writer.byte(2);
    writer.two_byte(packet.packet_identifier);
    to.commit(packet.size);
}

inline std::size_t encoded_size(const Publish& packet, ProtocolVersion version) noexcept {
    const std::size_t length = detail::remaining_length(packet, version);
    return 1 + variable_byte_size(length) + length;
}

}  // namespace mqtts::wire
