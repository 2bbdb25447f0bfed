// SPDX-License-Identifier: Apache-2.0
// What the server granted in CONNACK [MQTT-3.2.2.3], with the specification's defaults for what it did not mention.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/error.hpp"
#include "wire/packet.hpp"

namespace mqtts::session {

struct Limits {
    std::uint16_t receive_maximum = 65535;  // messages of QoS > 0 before their acknowledgement
    std::uint16_t topic_alias_maximum = 0;
    std::uint32_t maximum_packet_size = wire::largest_packet;  // bytes
    wire::Qos maximum_qos = wire::Qos::exactly_once;
    bool retain_available = true;
    bool wildcard_subscription_available = true;
    bool subscription_identifier_available = true;
    bool shared_subscription_available = true;
    std::optional<std::uint16_t> server_keep_alive;              // seconds; overrides ours [MQTT-3.2.2-21]
    std::optional<std::uint32_t> session_expiry_interval;        // seconds; overrides ours
    std::optional<std::string_view> assigned_client_identifier;  // a view into the CONNACK
};

[[nodiscard]] Limits granted_limits(const wire::Connack& connack);

/// A limit that CONNACK gives as a number, in the order in which people are told; whether a feature is available is
/// one, too.
struct LimitInfo {
    wire::PropertyIdentifier property;
    std::string_view name;  // for people: "maximum QoS"
    bool is_flag = false;   // 0 or 1
    void (*set)(Limits& limits, std::uint32_t number) = nullptr;
    std::optional<std::uint32_t> (*get)(const Limits& limits) = nullptr;  // nothing: CONNACK left it to us
};
[[nodiscard]] std::span<const LimitInfo> limit_table() noexcept;

/// Tells whether the server takes this message, except for its size. The error says what it does not take.
[[nodiscard]] Errc check(const Limits& limits, const wire::Publish& message) noexcept;
/// Tells whether it takes a subscription to this Topic Filter; `identified`: with a Subscription Identifier. A Maximum
/// QoS does not limit it [MQTT-3.2.2-9]: the server grants less then.
[[nodiscard]] Errc check(const Limits& limits, std::string_view topic_filter, bool identified) noexcept;
/// Tells whether it takes a packet of this size.
[[nodiscard]] inline Errc check(const Limits& limits, std::size_t size) noexcept {
    return size > limits.maximum_packet_size ? Errc::packet_too_large_for_server : Errc::ok;  // [MQTT-3.2.2-15]
}

/// Returns how long to wait for any sign of life after a PINGREQ: with the interval itself the server is found dead
/// within one and a half times the Keep Alive, the measure it applies to us [MQTT-3.1.2-22].
[[nodiscard]] constexpr std::chrono::milliseconds ping_response_time(std::chrono::seconds keep_alive) noexcept {
    return std::chrono::milliseconds(keep_alive) / 2;
}

}  // namespace mqtts::session
