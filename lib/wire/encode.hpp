// SPDX-License-Identifier: Apache-2.0
// Encodes packets: one encode() for each packet that a client sends, appending to a Buffer.
//
// The caller has checked what it sends (topics with wire/topic.hpp, strings at most 65535 bytes, the size with
// encoded_size); encode() asserts nothing and cannot fail. Properties are left out before MQTT 5. Each encode()
// computes the Remaining Length first, reserves the whole packet once, and writes without checks.
#pragma once

#include "base/buffer.hpp"
#include "wire/cursor.hpp"
#include "wire/packet.hpp"
#include "wire/publish_encoder.hpp"

namespace mqtts::wire {

void encode(Buffer& to, const Connect& packet, ProtocolVersion version);
/// Encodes one PUBLISH; see PublishEncoder for many of them.
void encode(Buffer& to, const Publish& packet, ProtocolVersion version);
void encode(Buffer& to, const Acknowledgement& packet, ProtocolVersion version);
void encode(Buffer& to, const ShortAcknowledgement& packet);
void encode(Buffer& to, const Subscribe& packet, ProtocolVersion version);
void encode(Buffer& to, const Unsubscribe& packet, ProtocolVersion version);
void encode(Buffer& to, const Disconnect& packet, ProtocolVersion version);
void encode(Buffer& to, const Auth& packet, ProtocolVersion version);
void encode(Buffer& to, const Pingreq& packet, ProtocolVersion version);

/// Returns the size of the whole packet on the wire, fixed header included, for the server's Maximum Packet Size. More
/// than 5 + maximum_remaining_length: it cannot be sent at all.
[[nodiscard]] std::size_t encoded_size(const Publish& packet, ProtocolVersion version) noexcept;

// The rest is inline for the sake of PUBLISH and its acknowledgements, which a stream consists of.

namespace detail {

constexpr unsigned first_byte(PacketType type, unsigned flags = 0) noexcept {
    return static_cast<unsigned>(type) << 4 | flags;
}

}  // namespace detail

inline void encode(Buffer& to, const Publish& packet, ProtocolVersion version) {
    PublishEncoder(packet, version).encode(to, packet.payload, packet.packet_identifier);
}

inline void encode(Buffer& to, const ShortAcknowledgement& packet) {
    Writer writer(to.prepare(packet.size).data());
    writer.byte(detail::first_byte(packet.type, packet.type == PacketType::pubrel ? 0x02 : 0x00));  // [MQTT-3.6.1-1]
    writer.byte(2);
    writer.two_byte(packet.packet_identifier);
    to.commit(packet.size);
}

inline std::size_t encoded_size(const Publish& packet, ProtocolVersion version) noexcept {
    return PublishEncoder(packet, version).size(packet.payload.size());
}

}  // namespace mqtts::wire
