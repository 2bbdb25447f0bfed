// SPDX-License-Identifier: Apache-2.0
#include "wire/decode_client.hpp"

#include <algorithm>

#include "wire/cursor.hpp"
#include "wire/topic.hpp"

namespace mqtts::wire {

namespace {

Errc read_properties(Reader& reader, PacketType packet, ProtocolVersion version, PropertiesView& properties) {
    if (version != ProtocolVersion::v5) return Errc::ok;
    properties = PropertiesView(reader.bytes(reader.variable_byte()));
    return reader.ok() ? check_properties(properties.bytes(), packet) : Errc::malformed_packet;
}

Errc read_protocol(Reader& reader, ProtocolVersion& version) {
    const std::string_view protocol_name = reader.string();
    const unsigned level = reader.byte();
    if (!reader.ok()) return Errc::malformed_packet;
    version = static_cast<ProtocolVersion>(level);
    const bool known = protocol_name == "MQTT" ? level == 4 || level == 5 : protocol_name == "MQIsdp" && level == 3;
    return known ? Errc::ok : Errc::protocol_error;
}

Errc read_will(Reader& reader, unsigned flags, ProtocolVersion version, Will& will) {
    will.qos = static_cast<Qos>(flags >> 3 & 0x03U);
    will.retain = (flags & 0x20U) != 0;
    const Errc error = read_properties(reader, will_properties, version, will.properties);
    if (error != Errc::ok) return error;
    will.topic_name = reader.string();
    will.payload = reader.binary();
    return reader.ok() && is_topic_name(will.topic_name) ? Errc::ok : Errc::malformed_packet;
}

/// Tells whether the flags are valid: bit 0 is reserved [MQTT-3.1.2-3]; QoS 3 or a QoS or RETAIN without a Will is not
/// allowed [MQTT-3.1.2-11 to -13]; before MQTT 5 a Password needs a User Name.
bool valid_connect_flags(unsigned flags, ProtocolVersion version) {
    const bool will = (flags & 0x04U) != 0;
    const bool user_name = (flags & 0x80U) != 0;
    const bool password = (flags & 0x40U) != 0;
    if ((flags & 0x01U) != 0 || (flags & 0x18U) == 0x18) return false;
    if (!will && (flags & 0x38U) != 0) return false;
    return user_name || !password || version == ProtocolVersion::v5;
}

bool read_subscription_options(unsigned options, ProtocolVersion version, Subscription& subscription) {
    const unsigned allowed = version == ProtocolVersion::v5 ? 0x3FU : 0x03U;
    if ((options & ~allowed) != 0 || (options & 0x03U) == 3 || (options & 0x30U) == 0x30) return false;
    subscription.qos = static_cast<Qos>(options & 0x03U);
    subscription.no_local = (options & 0x04U) != 0;
    subscription.retain_as_published = (options & 0x08U) != 0;
    subscription.retain_handling = static_cast<RetainHandling>(options >> 4);
    const bool shared = subscription.topic_filter.starts_with(share_prefix);
    return !(shared && subscription.no_local);  // [MQTT-3.8.3-4]
}

Errc read_identifier_and_properties(Reader& reader, PacketType type, ProtocolVersion version,
                                    PacketIdentifier& identifier, PropertiesView& properties) {
    identifier = reader.two_byte();
    if (!reader.ok()) return Errc::malformed_packet;
    if (identifier == 0) return Errc::protocol_error;  // [MQTT-2.2.1-3]
    return read_properties(reader, type, version, properties);
}

/// Reads DISCONNECT and AUTH of MQTT 5; `allowed` lists the Reason Codes a client may send.
Errc read_reason_and_properties(const Frame& frame, std::initializer_list<ReasonCode> allowed, ReasonCode& reason,
                                PropertiesView& properties) {
    Reader reader(frame.body);
    if (reader.at_end()) return Errc::ok;
    reason = static_cast<ReasonCode>(reader.byte());
    if (std::find(allowed.begin(), allowed.end(), reason) == allowed.end()) return Errc::protocol_error;
    if (reader.at_end()) return Errc::ok;
    const Errc error = read_properties(reader, frame.type, ProtocolVersion::v5, properties);
    if (error != Errc::ok) return error;
    return reader.complete() ? Errc::ok : Errc::malformed_packet;
}

}  // namespace

Errc decode(const Frame& frame, ClientConnect& connect) {
    connect = {};
    Connect& packet = connect.packet;
    Reader reader(frame.body);
    if (const Errc error = read_protocol(reader, connect.version); error != Errc::ok) return error;
    const unsigned flags = reader.byte();
    packet.clean_start = (flags & 0x02U) != 0;
    packet.keep_alive = reader.two_byte();
    if (!reader.ok() || !valid_connect_flags(flags, connect.version)) return Errc::malformed_packet;
    Errc error = read_properties(reader, PacketType::connect, connect.version, packet.properties);
    if (error != Errc::ok) return error;
    packet.client_identifier = reader.string();
    if ((flags & 0x04U) != 0) {
        error = read_will(reader, flags, connect.version, packet.will.emplace());
        if (error != Errc::ok) return error;
    }
    if ((flags & 0x80U) != 0) packet.user_name = reader.string();
    if ((flags & 0x40U) != 0) packet.password = reader.binary();
    return reader.complete() ? Errc::ok : Errc::malformed_packet;
}

Errc decode(const Frame& frame, ProtocolVersion version, ClientSubscribe& packet) {
    packet = {};
    Reader reader(frame.body);
    const Errc error = read_identifier_and_properties(reader, PacketType::subscribe, version, packet.packet_identifier,
                                                      packet.properties);
    if (error != Errc::ok) return error;
    while (!reader.at_end()) {
        Subscription subscription{.topic_filter = reader.string()};
        const unsigned options = reader.byte();
        if (!reader.ok() || !is_topic_filter(subscription.topic_filter)) return Errc::malformed_packet;
        if (!read_subscription_options(options, version, subscription)) return Errc::malformed_packet;
        packet.subscriptions.push_back(subscription);
    }
    if (!reader.ok()) return Errc::malformed_packet;
    return packet.subscriptions.empty() ? Errc::protocol_error : Errc::ok;  // [MQTT-3.8.3-2]
}

Errc decode(const Frame& frame, ProtocolVersion version, ClientUnsubscribe& packet) {
    packet = {};
    Reader reader(frame.body);
    const Errc error = read_identifier_and_properties(reader, PacketType::unsubscribe, version,
                                                      packet.packet_identifier, packet.properties);
    if (error != Errc::ok) return error;
    while (!reader.at_end()) {
        packet.topic_filters.push_back(reader.string());
        if (!reader.ok() || !is_topic_filter(packet.topic_filters.back())) return Errc::malformed_packet;
    }
    if (!reader.ok()) return Errc::malformed_packet;
    return packet.topic_filters.empty() ? Errc::protocol_error : Errc::ok;  // [MQTT-3.10.3-2]
}

Errc decode(const Frame& frame, ProtocolVersion version, ClientDisconnect& disconnect) {
    disconnect = {};
    if (version != ProtocolVersion::v5) return frame.body.empty() ? Errc::ok : Errc::malformed_packet;
    using enum ReasonCode;
    const Errc error = read_reason_and_properties(
        frame,
        {success, disconnect_with_will_message, unspecified_error, ReasonCode::malformed_packet,
         ReasonCode::protocol_error, implementation_specific_error, bad_authentication_method, topic_name_invalid,
         receive_maximum_exceeded, topic_alias_invalid, ReasonCode::packet_too_large, message_rate_too_high,
         quota_exceeded, administrative_action, payload_format_invalid},
        disconnect.packet.reason_code, disconnect.packet.properties);
    if (error != Errc::ok) return error;
    const bool server_only = disconnect.packet.properties.find(PropertyIdentifier::server_reference).has_value();
    return server_only ? Errc::protocol_error : Errc::ok;
}

Errc decode(const Frame& frame, ProtocolVersion version, ClientAuth& auth) {
    auth = {};
    if (version != ProtocolVersion::v5) return Errc::malformed_packet;
    return read_reason_and_properties(frame, {ReasonCode::continue_authentication, ReasonCode::re_authenticate},
                                      auth.packet.reason_code, auth.packet.properties);
}

Errc decode(const Frame& frame, ProtocolVersion, Pingreq&) {
    return frame.body.empty() ? Errc::ok : Errc::malformed_packet;
}

}  // namespace mqtts::wire
