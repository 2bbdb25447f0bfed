// SPDX-License-Identifier: Apache-2.0
// Every Reason Code of MQTT 5.0 [MQTT-2.4]: number, name and the sentence shown to people.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "wire/packet_type.hpp"

namespace mqtts::wire {

enum class ReasonCode : std::uint8_t {
    success = 0x00,  // also: Normal disconnection, Granted QoS 0
    granted_qos_1 = 0x01,
    granted_qos_2 = 0x02,
    disconnect_with_will_message = 0x04,
    no_matching_subscribers = 0x10,
    no_subscription_existed = 0x11,
    continue_authentication = 0x18,
    re_authenticate = 0x19,
    unspecified_error = 0x80,
    malformed_packet = 0x81,
    protocol_error = 0x82,
    implementation_specific_error = 0x83,
    unsupported_protocol_version = 0x84,
    client_identifier_not_valid = 0x85,
    bad_user_name_or_password = 0x86,
    not_authorized = 0x87,
    server_unavailable = 0x88,
    server_busy = 0x89,
    banned = 0x8A,
    server_shutting_down = 0x8B,
    bad_authentication_method = 0x8C,
    keep_alive_timeout = 0x8D,
    session_taken_over = 0x8E,
    topic_filter_invalid = 0x8F,
    topic_name_invalid = 0x90,
    packet_identifier_in_use = 0x91,
    packet_identifier_not_found = 0x92,
    receive_maximum_exceeded = 0x93,
    topic_alias_invalid = 0x94,
    packet_too_large = 0x95,
    message_rate_too_high = 0x96,
    quota_exceeded = 0x97,
    administrative_action = 0x98,
    payload_format_invalid = 0x99,
    retain_not_supported = 0x9A,
    qos_not_supported = 0x9B,
    use_another_server = 0x9C,
    server_moved = 0x9D,
    shared_subscriptions_not_supported = 0x9E,
    connection_rate_exceeded = 0x9F,
    maximum_connect_time = 0xA0,
    subscription_identifiers_not_supported = 0xA1,
    wildcard_subscriptions_not_supported = 0xA2,
};

/// Tells whether it is a failure: a code of 0x80 or above.
[[nodiscard]] constexpr bool is_failure(ReasonCode code) noexcept {
    return static_cast<std::uint8_t>(code) >= 0x80;
}

/// Returns "not authorized"; "unknown reason code" for a number that the specification does not list.
[[nodiscard]] std::string_view sentence(ReasonCode code) noexcept;

/// Tells whether a packet of this type, sent by a server, may carry this code [MQTT-2.4].
[[nodiscard]] bool allowed_from_server(ReasonCode code, PacketType type) noexcept;

/// Returns the Reason Code for the DISCONNECT that answers an error of the server: the column of base/error_table.hpp.
[[nodiscard]] ReasonCode reason_code(Errc error) noexcept;

}  // namespace mqtts::wire
