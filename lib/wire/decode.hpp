// From bytes to the packets that a client receives. Bytes come from a stranger: every length is checked against what
// is there, nothing is allocated, and what the specification forbids is an error, never an assumption.
#pragma once

#include <optional>

#include "wire/packet.hpp"

namespace mqtts::wire {

/// One whole Control Packet, not yet decoded.
struct Frame {
    PacketType type{};
    std::uint8_t flags = 0;  // the low half of the first byte
    std::string_view body;   // variable header and payload
    std::size_t size = 0;    // of the whole packet, to consume
};

/// The largest packet taken that is not a PUBLISH: none has a reason to be larger, whatever length it announces.
constexpr std::size_t maximum_control_packet_size = 1024 * 1024;

/// The packet at the front of `bytes`. Nothing, with `error` ok: more bytes are needed. Nothing, with `error` set: the
/// bytes are not MQTT (reserved type or flags, length of five bytes), or the packet is larger than allowed; that is
/// said as soon as the fixed header is there, not after the announced bytes have come.
[[nodiscard]] std::optional<Frame> next_frame(std::string_view bytes, std::size_t maximum_packet_size,
                                              Errc& error) noexcept;

// Precondition of each: `frame.type` is the packet's type (for Acknowledgement any of its four, for
// SubscriptionAnswer any of its two). The result: ok, malformed_packet or protocol_error; on an error the packet is
// unspecified.
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, Connack& packet) noexcept;
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, Publish& packet) noexcept;
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, Acknowledgement& packet) noexcept;
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, SubscriptionAnswer& packet) noexcept;
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, Disconnect& packet) noexcept;
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, Auth& packet) noexcept;
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, Pingresp& packet) noexcept;

}  // namespace mqtts::wire
