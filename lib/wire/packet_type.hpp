// SPDX-License-Identifier: Apache-2.0
// The Control Packet types [MQTT-2.1.2] and sets of them, for the tables of properties and Reason Codes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace mqtts::wire {

enum class PacketType : std::uint8_t {
    reserved = 0,
    connect = 1,
    connack = 2,
    publish = 3,
    puback = 4,
    pubrec = 5,
    pubrel = 6,
    pubcomp = 7,
    subscribe = 8,
    suback = 9,
    unsubscribe = 10,
    unsuback = 11,
    pingreq = 12,
    pingresp = 13,
    disconnect = 14,
    auth = 15,
};

/// Means the Will Properties inside CONNECT, which have rules of their own, where a packet type is asked for.
constexpr PacketType will_properties = PacketType::reserved;

/// Returns "PUBLISH", as the specification writes it.
[[nodiscard]] std::string_view name(PacketType type) noexcept;

/// Bit n for PacketType n.
using PacketSet = std::uint16_t;

[[nodiscard]] constexpr PacketSet packets(std::initializer_list<PacketType> types) noexcept {
    PacketSet set = 0;
    for (const PacketType type : types)
        set = static_cast<PacketSet>(set | 1U << static_cast<unsigned>(type));
    return set;
}

[[nodiscard]] constexpr bool contains(PacketSet set, PacketType type) noexcept {
    return (set >> static_cast<unsigned>(type) & 1U) != 0;
}

}  // namespace mqtts::wire
