// SPDX-License-Identifier: Apache-2.0
// Decodes the packets that a client receives. Bytes come from a stranger: every length is checked against the bytes
// that are there, nothing is allocated, and what the specification forbids is an error, never an assumption.
#pragma once

#include <optional>

#include "base/sizes.hpp"
#include "wire/cursor.hpp"
#include "wire/packet.hpp"

namespace mqtts::wire {

/// A whole Control Packet, not yet decoded.
struct Frame {
    PacketType type{};
    std::uint8_t flags = 0;  // the low half of the first byte
    std::string_view body;   // variable header and payload
    std::size_t size = 0;    // of the whole packet, to consume
};

/// The largest packet accepted that is not a PUBLISH.
constexpr std::size_t maximum_control_packet_size = sizes::control_packet;

/// Returns the packet at the front of `bytes`. Nothing, with `error` ok: more bytes are needed. Nothing, with `error`
/// set: the bytes are not MQTT (reserved type or flags, length of five bytes), or the packet is larger than allowed;
/// this is told as soon as the fixed header is there, not after the announced bytes have come.
[[nodiscard]] std::optional<Frame> next_frame(std::string_view bytes, std::size_t maximum_packet_size,
                                              Errc& error) noexcept;

/// Returns the same for a PUBLISH of less than 130 bytes that is complete; otherwise nothing: call next_frame().
/// Inline, because a stream of small messages consists of such packets.
[[nodiscard]] inline std::optional<Frame> next_short_publish(std::string_view bytes,
                                                             std::size_t maximum_packet_size) noexcept {
    if (bytes.size() < 2 || octet(bytes[1]) >= 0x80) return std::nullopt;
    const unsigned first = octet(bytes[0]);
    const std::size_t length = octet(bytes[1]);
    const std::size_t size = 2 + length;
    if (static_cast<PacketType>(first >> 4) != PacketType::publish) return std::nullopt;
    if (bytes.size() < size || size > maximum_packet_size) return std::nullopt;
    return Frame{.type = PacketType::publish,
                 .flags = static_cast<std::uint8_t>(first & 0x0FU),
                 .body = {bytes.data() + 2, length},
                 .size = size};
}

/// Returns the acknowledgement at the front of `bytes`; nothing: another packet, call next_frame(). Inline, because
/// they come in long runs, and no other packet is that cheap to take.
[[nodiscard]] inline std::optional<ShortAcknowledgement> next_short_acknowledgement(std::string_view bytes) noexcept {
    if (bytes.size() < ShortAcknowledgement::size || bytes[1] != 2) return std::nullopt;
    const unsigned first = octet(bytes[0]);
    if (first != 0x40 && first != 0x50 && first != 0x62 && first != 0x70) return std::nullopt;  // [MQTT-2.1.3-1]
    const auto identifier = static_cast<PacketIdentifier>(octet(bytes[2]) << 8 | octet(bytes[3]));
    if (identifier == 0) return std::nullopt;
    return ShortAcknowledgement{static_cast<PacketType>(first >> 4), identifier};
}

// Precondition of each: `frame.type` is the packet's type (for Acknowledgement any of its four, for SubscriptionAnswer
// any of its two). Returns ok, malformed_packet or protocol_error; on an error the packet is unspecified.
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, Connack& packet) noexcept;
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, Publish& packet) noexcept;
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, Acknowledgement& packet) noexcept;
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, SubscriptionAnswer& packet) noexcept;
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, Disconnect& packet) noexcept;
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, Auth& packet) noexcept;
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, Pingresp& packet) noexcept;

}  // namespace mqtts::wire
