// From packets to bytes: one encode() for each packet that a client sends, appending to a Buffer.
//
// The caller has checked what it sends (topics with wire/topic.hpp, strings at most 65535 bytes, the size with
// encoded_size); encode() asserts nothing and cannot fail. Properties are left out before MQTT 5.
#pragma once

#include "base/buffer.hpp"
#include "wire/packet.hpp"

namespace mqtts::wire {

void encode(Buffer& to, const Connect& packet, ProtocolVersion version);
void encode(Buffer& to, const Publish& packet, ProtocolVersion version);
void encode(Buffer& to, const Acknowledgement& packet, ProtocolVersion version);
void encode(Buffer& to, const Subscribe& packet, ProtocolVersion version);
void encode(Buffer& to, const Unsubscribe& packet, ProtocolVersion version);
void encode(Buffer& to, const Disconnect& packet, ProtocolVersion version);
void encode(Buffer& to, const Auth& packet, ProtocolVersion version);
void encode(Buffer& to, const Pingreq& packet, ProtocolVersion version);

/// The size of the whole packet on the wire, fixed header included, for the server's Maximum Packet Size.
/// More than 5 + maximum_remaining_length: it cannot be sent at all.
[[nodiscard]] std::size_t encoded_size(const Publish& packet, ProtocolVersion version) noexcept;

}  // namespace mqtts::wire
