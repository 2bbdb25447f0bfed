// SPDX-License-Identifier: Apache-2.0
// The Control Packets of MQTT 3.1, 3.1.1 and 5.0 as plain views.
//
// One set of structs serves all versions: members that a version does not have (properties, most Reason Codes) are
// empty or success there. All text, payloads and properties are views: a decoded packet is valid while the buffer it
// was decoded from is untouched; a packet to encode needs its parts only until encode() returns.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "wire/property.hpp"
#include "wire/reason_code.hpp"

namespace mqtts::wire {

/// The Protocol Level in CONNECT [MQTT-3.1.2].
enum class ProtocolVersion : std::uint8_t { v31 = 3, v311 = 4, v5 = 5 };

/// Returns the version as people write it.
[[nodiscard]] constexpr std::string_view to_text(ProtocolVersion version) noexcept {
    return version == ProtocolVersion::v5 ? "5.0" : version == ProtocolVersion::v311 ? "3.1.1" : "3.1";
}

enum class Qos : std::uint8_t { at_most_once = 0, at_least_once = 1, exactly_once = 2 };

/// Identifies a PUBLISH (QoS > 0), SUBSCRIBE or UNSUBSCRIBE until its last acknowledgement; 0 means none [MQTT-2.2.1].
using PacketIdentifier = std::uint16_t;

/// The largest Remaining Length, a Variable Byte Integer of four bytes [MQTT-1.5.5].
constexpr std::uint32_t maximum_remaining_length = 268'435'455;
/// The same with the fixed header: no packet is larger.
constexpr std::uint32_t largest_packet = 5 + maximum_remaining_length;

struct Will {
    std::string_view topic_name{};
    std::string_view payload{};
    PropertiesView properties{};
    Qos qos = Qos::at_most_once;
    bool retain = false;
};

struct Connect {
    std::string_view client_identifier{};
    std::optional<std::string_view> user_name{};
    std::optional<std::string_view> password{};
    std::optional<Will> will{};
    PropertiesView properties{};
    std::uint16_t keep_alive = 0;  // seconds; 0: off
    bool clean_start = true;
};

/// In MQTT 3 the return codes 1 to 5 arrive as the Reason Codes with the same meaning.
struct Connack {
    PropertiesView properties{};
    ReasonCode reason_code = ReasonCode::success;
    bool session_present = false;
};

struct Publish {
    std::string_view topic_name{};
    std::string_view payload{};
    PropertiesView properties{};
    PacketIdentifier packet_identifier = 0;
    Qos qos = Qos::at_most_once;
    bool retain = false;
    bool dup = false;
};

/// PUBACK, PUBREC, PUBREL and PUBCOMP share one layout [MQTT-3.4 to 3.7]; `type` says which one it is.
struct Acknowledgement {
    PropertiesView properties{};
    PacketType type = PacketType::puback;
    PacketIdentifier packet_identifier = 0;
    ReasonCode reason_code = ReasonCode::success;
};

/// The usual form of these: four bytes that mean success in every version.
struct ShortAcknowledgement {
    static constexpr std::size_t size = 4;
    PacketType type{};
    PacketIdentifier packet_identifier = 0;
};

enum class RetainHandling : std::uint8_t { always = 0, if_new = 1, never = 2 };

struct Subscription {
    std::string_view topic_filter{};
    Qos qos = Qos::at_most_once;
    bool no_local = false;
    bool retain_as_published = false;
    RetainHandling retain_handling = RetainHandling::always;
};

struct Subscribe {
    std::span<const Subscription> subscriptions{};
    PropertiesView properties{};
    PacketIdentifier packet_identifier = 0;
};

struct Unsubscribe {
    std::span<const std::string_view> topic_filters{};
    PropertiesView properties{};
    PacketIdentifier packet_identifier = 0;
};

/// SUBACK and UNSUBACK: one Reason Code for each filter, in the order of the request; UNSUBACK of MQTT 3 has no codes.
struct SubscriptionAnswer {
    std::string_view reason_codes{};  // one byte each; reason(i) reads it
    PropertiesView properties{};
    PacketType type = PacketType::suback;
    PacketIdentifier packet_identifier = 0;

    [[nodiscard]] ReasonCode reason(std::size_t i) const noexcept {
        return static_cast<ReasonCode>(static_cast<std::uint8_t>(reason_codes[i]));
    }
};

struct Disconnect {
    PropertiesView properties{};
    ReasonCode reason_code = ReasonCode::success;
};

struct Auth {
    PropertiesView properties{};
    ReasonCode reason_code = ReasonCode::success;
};

struct Pingreq {};
struct Pingresp {};

}  // namespace mqtts::wire
