// SPDX-License-Identifier: Apache-2.0
#include "wire/reason_code.hpp"

namespace mqtts::wire {

namespace {

using enum PacketType;

struct Info {
    ReasonCode code;
    std::string_view sentence;
    PacketSet from_server;
};

constexpr Info reason_codes[] = {
    {ReasonCode::success, "success",
     packets({connack, puback, pubrec, pubrel, pubcomp, suback, unsuback, disconnect, auth})},
    {ReasonCode::granted_qos_1, "granted QoS 1", packets({suback})},
    {ReasonCode::granted_qos_2, "granted QoS 2", packets({suback})},
    {ReasonCode::disconnect_with_will_message, "disconnect with Will Message", packets({})},
    {ReasonCode::no_matching_subscribers, "no matching subscribers", packets({puback, pubrec})},
    {ReasonCode::no_subscription_existed, "no subscription existed", packets({unsuback})},
    {ReasonCode::continue_authentication, "continue authentication", packets({auth})},
    {ReasonCode::re_authenticate, "re-authenticate", packets({auth})},  // a client's; some servers ask with it
    {ReasonCode::unspecified_error, "unspecified error",
     packets({connack, puback, pubrec, suback, unsuback, disconnect})},
    {ReasonCode::malformed_packet, "malformed packet", packets({connack, disconnect})},
    {ReasonCode::protocol_error, "protocol error", packets({connack, disconnect})},
    {ReasonCode::implementation_specific_error, "implementation specific error",
     packets({connack, puback, pubrec, suback, unsuback, disconnect})},
    {ReasonCode::unsupported_protocol_version, "unsupported protocol version", packets({connack})},
    {ReasonCode::client_identifier_not_valid, "client identifier not valid", packets({connack})},
    {ReasonCode::bad_user_name_or_password, "bad user name or password", packets({connack})},
    {ReasonCode::not_authorized, "not authorized", packets({connack, puback, pubrec, suback, unsuback, disconnect})},
    {ReasonCode::server_unavailable, "server unavailable", packets({connack})},
    {ReasonCode::server_busy, "server busy", packets({connack, disconnect})},
    {ReasonCode::banned, "banned", packets({connack})},
    {ReasonCode::server_shutting_down, "server shutting down", packets({disconnect})},
    {ReasonCode::bad_authentication_method, "bad authentication method", packets({connack, disconnect})},
    {ReasonCode::keep_alive_timeout, "keep alive timeout", packets({disconnect})},
    {ReasonCode::session_taken_over, "session taken over", packets({disconnect})},
    {ReasonCode::topic_filter_invalid, "topic filter invalid", packets({suback, unsuback, disconnect})},
    {ReasonCode::topic_name_invalid, "topic name invalid", packets({connack, puback, pubrec, disconnect})},
    {ReasonCode::packet_identifier_in_use, "packet identifier in use", packets({puback, pubrec, suback, unsuback})},
    {ReasonCode::packet_identifier_not_found, "packet identifier not found", packets({pubrel, pubcomp})},
    {ReasonCode::receive_maximum_exceeded, "receive maximum exceeded", packets({disconnect})},
    {ReasonCode::topic_alias_invalid, "topic alias invalid", packets({disconnect})},
    {ReasonCode::packet_too_large, "packet too large", packets({connack, puback, pubrec, disconnect})},
    {ReasonCode::message_rate_too_high, "message rate too high", packets({disconnect})},
    {ReasonCode::quota_exceeded, "quota exceeded", packets({connack, puback, pubrec, suback, disconnect})},
    {ReasonCode::administrative_action, "administrative action", packets({disconnect})},
    {ReasonCode::payload_format_invalid, "payload format invalid", packets({connack, puback, pubrec, disconnect})},
    {ReasonCode::retain_not_supported, "retain not supported", packets({connack, disconnect})},
    {ReasonCode::qos_not_supported, "QoS not supported", packets({connack, disconnect})},
    {ReasonCode::use_another_server, "use another server", packets({connack, disconnect})},
    {ReasonCode::server_moved, "server moved", packets({connack, disconnect})},
    {ReasonCode::shared_subscriptions_not_supported, "shared subscriptions not supported",
     packets({suback, disconnect})},
    {ReasonCode::connection_rate_exceeded, "connection rate exceeded", packets({connack, disconnect})},
    {ReasonCode::maximum_connect_time, "maximum connect time", packets({disconnect})},
    {ReasonCode::subscription_identifiers_not_supported, "subscription identifiers not supported",
     packets({suback, disconnect})},
    {ReasonCode::wildcard_subscriptions_not_supported, "wildcard subscriptions not supported",
     packets({suback, disconnect})},
};

const Info* find(ReasonCode code) noexcept {
    for (const Info& info : reason_codes) {
        if (info.code == code) return &info;
    }
    return nullptr;
}

}  // namespace

std::string_view sentence(ReasonCode code) noexcept {
    const Info* const info = find(code);
    return info != nullptr ? info->sentence : "unknown reason code";
}

bool allowed_from_server(ReasonCode code, PacketType type) noexcept {
    const Info* const info = find(code);
    return info != nullptr && contains(info->from_server, type);
}

ReasonCode reason_code(Errc error) noexcept {
    return static_cast<ReasonCode>(describe(error).disconnect_reason);
}

}  // namespace mqtts::wire
