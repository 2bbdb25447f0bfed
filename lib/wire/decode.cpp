// SPDX-License-Identifier: Apache-2.0
#include "wire/decode.hpp"

#include <algorithm>
#include <array>

#include "wire/cursor.hpp"
#include "wire/topic.hpp"

namespace mqtts::wire {

namespace {

/// Tells whether the flags are valid: PUBLISH alone uses its flags; all others have fixed ones [MQTT-2.1.3-1].
bool valid_flags(PacketType type, unsigned flags) noexcept {
    switch (type) {
        case PacketType::publish:
            return true;
        case PacketType::pubrel:
        case PacketType::subscribe:
        case PacketType::unsubscribe:
            return flags == 0x02;
        case PacketType::reserved:
            return false;
        default:
            return flags == 0x00;
    }
}

bool is_unfinished_length(std::string_view bytes) noexcept {
    return bytes.size() < 4 && std::all_of(bytes.begin(), bytes.end(), [](char byte) { return octet(byte) >= 0x80; });
}

Errc read_properties(Reader& reader, PacketType packet, PropertiesView& properties) noexcept {
    const std::string_view bytes = reader.bytes(reader.variable_byte());
    if (!reader.ok()) return Errc::malformed_packet;
    properties = PropertiesView(bytes);
    if (bytes.empty()) return Errc::ok;
    return check_properties(bytes, packet);
}

/// Tells whether the Reason Code is acceptable. Not every server keeps to the codes that the specification lists for a
/// packet, or to those of the version spoken: in a packet that can refuse, any failure code is understood as a refusal.
bool is_acceptable(ReasonCode reason, PacketType packet) noexcept {
    using enum PacketType;
    if (allowed_from_server(reason, packet)) return true;
    return is_failure(reason) && contains(packets({connack, puback, pubrec, suback, unsuback, disconnect}), packet);
}

/// Reads the end of PUBACK to PUBCOMP, DISCONNECT and AUTH in MQTT 5, whose last parts may be missing.
Errc read_reason_and_properties(Reader& reader, PacketType packet, ReasonCode& reason,
                                PropertiesView& properties) noexcept {
    if (reader.at_end()) return Errc::ok;
    reason = static_cast<ReasonCode>(reader.byte());
    if (!is_acceptable(reason, packet)) return Errc::protocol_error;
    if (reader.at_end()) return Errc::ok;
    const Errc error = read_properties(reader, packet, properties);
    if (error != Errc::ok) return error;
    return reader.at_end() ? Errc::ok : Errc::malformed_packet;
}

/// The return codes in the CONNACK of MQTT 3, by number.
constexpr std::array return_codes = {
    ReasonCode::success,
    ReasonCode::unsupported_protocol_version,
    ReasonCode::client_identifier_not_valid,
    ReasonCode::server_unavailable,
    ReasonCode::bad_user_name_or_password,
    ReasonCode::not_authorized,
};

Errc read_return_code(Reader& reader, unsigned code, ReasonCode& reason) noexcept {
    if (!reader.at_end()) return Errc::malformed_packet;
    reason = code < return_codes.size() ? return_codes[code] : static_cast<ReasonCode>(code);
    return is_acceptable(reason, PacketType::connack) ? Errc::ok : Errc::protocol_error;
}

Errc read_connack_reason(Reader& reader, unsigned code, Connack& packet) noexcept {
    packet.reason_code = static_cast<ReasonCode>(code);
    if (!is_acceptable(packet.reason_code, PacketType::connack)) return Errc::protocol_error;
    const Errc error = read_properties(reader, PacketType::connack, packet.properties);
    if (error != Errc::ok) return error;
    return reader.at_end() ? Errc::ok : Errc::malformed_packet;
}

Errc check_topic_name(const Publish& packet) noexcept {
    if (is_topic_name(packet.topic_name)) return Errc::ok;
    if (packet.topic_name.empty()) {
        const bool aliased = packet.properties.find(PropertyIdentifier::topic_alias).has_value();
        return aliased ? Errc::ok : Errc::protocol_error;
    }
    return is_valid_utf8(packet.topic_name) ? Errc::protocol_error : Errc::malformed_packet;  // [MQTT-3.3.2-2]
}

}  // namespace

std::optional<Frame> next_frame(std::string_view bytes, std::size_t maximum_packet_size, Errc& error) noexcept {
    error = Errc::ok;
    if (bytes.empty()) return std::nullopt;
    const unsigned first = octet(bytes[0]);
    const auto type = static_cast<PacketType>(first >> 4);
    const auto flags = static_cast<std::uint8_t>(first & 0x0FU);
    if (!valid_flags(type, flags)) {
        error = Errc::malformed_packet;
        return std::nullopt;
    }

    Reader reader(bytes.substr(1, 4));
    const std::size_t length = reader.variable_byte();
    if (!reader.ok()) {
        error = is_unfinished_length(bytes.substr(1, 4)) ? Errc::ok : Errc::malformed_packet;
        return std::nullopt;
    }
    const std::size_t header_size = 1 + variable_byte_size(length);
    const std::size_t size = header_size + length;
    const std::size_t limit =
        type == PacketType::publish ? maximum_packet_size : std::min(maximum_packet_size, maximum_control_packet_size);
    if (size > limit) {
        error = Errc::packet_too_large;
        return std::nullopt;
    }
    if (bytes.size() < size) return std::nullopt;
    return Frame{.type = type, .flags = flags, .body = bytes.substr(header_size, length), .size = size};
}

Errc decode(const Frame& frame, ProtocolVersion version, Connack& packet) noexcept {
    packet = {};
    Reader reader(frame.body);
    const unsigned flags = reader.byte();
    const unsigned code = reader.byte();
    if (!reader.ok() || flags > 1) return Errc::malformed_packet;  // [MQTT-3.2.2-1]
    packet.session_present = flags == 1;

    // A server that knows only MQTT 3 refuses MQTT 5 in the form of MQTT 3.
    const bool refused_by_old_server = reader.at_end() && code > 0 && code < return_codes.size();
    const Errc error = version != ProtocolVersion::v5 || refused_by_old_server
                           ? read_return_code(reader, code, packet.reason_code)
                           : read_connack_reason(reader, code, packet);
    if (error != Errc::ok) return error;
    const bool refused = packet.reason_code != ReasonCode::success;
    return refused && packet.session_present ? Errc::protocol_error : Errc::ok;  // [MQTT-3.2.2-6]
}

Errc decode(const Frame& frame, ProtocolVersion version, Publish& packet) noexcept {
    const unsigned qos = frame.flags >> 1 & 0x03U;
    packet.dup = (frame.flags & 0x08U) != 0;
    packet.retain = (frame.flags & 0x01U) != 0;
    if (qos == 3) return Errc::malformed_packet;              // [MQTT-3.3.1-4]
    if (qos == 0 && packet.dup) return Errc::protocol_error;  // [MQTT-3.3.1-2]
    packet.qos = static_cast<Qos>(qos);

    Reader reader(frame.body);
    packet.topic_name = reader.binary();
    packet.packet_identifier = qos == 0 ? PacketIdentifier{0} : reader.two_byte();
    packet.properties = {};
    if (!reader.ok()) return Errc::malformed_packet;
    if (version == ProtocolVersion::v5 && !reader.skip_zero()) {  // the Property Length of most messages is zero
        const Errc error = read_properties(reader, PacketType::publish, packet.properties);
        if (error != Errc::ok) return error;
    }
    packet.payload = reader.rest();
    if (qos != 0 && packet.packet_identifier == 0) return Errc::protocol_error;  // [MQTT-2.2.1-4]
    return check_topic_name(packet);
}

Errc decode(const Frame& frame, ProtocolVersion version, Acknowledgement& packet) noexcept {
    packet = {.type = frame.type};
    Reader reader(frame.body);
    packet.packet_identifier = reader.two_byte();
    if (!reader.ok()) return Errc::malformed_packet;
    if (packet.packet_identifier == 0) return Errc::protocol_error;
    if (version != ProtocolVersion::v5) return reader.at_end() ? Errc::ok : Errc::malformed_packet;
    return read_reason_and_properties(reader, frame.type, packet.reason_code, packet.properties);
}

Errc decode(const Frame& frame, ProtocolVersion version, SubscriptionAnswer& packet) noexcept {
    packet = {.type = frame.type};
    Reader reader(frame.body);
    packet.packet_identifier = reader.two_byte();
    if (!reader.ok()) return Errc::malformed_packet;
    if (packet.packet_identifier == 0) return Errc::protocol_error;
    if (version == ProtocolVersion::v5) {
        const Errc error = read_properties(reader, frame.type, packet.properties);
        if (error != Errc::ok) return error;
    } else if (frame.type == PacketType::unsuback) {
        return reader.at_end() ? Errc::ok : Errc::malformed_packet;
    }
    packet.reason_codes = reader.rest();
    if (packet.reason_codes.empty()) return Errc::protocol_error;
    for (std::size_t i = 0; i < packet.reason_codes.size(); ++i) {
        if (!is_acceptable(packet.reason(i), frame.type)) return Errc::protocol_error;
    }
    return Errc::ok;
}

Errc decode(const Frame& frame, ProtocolVersion version, Disconnect& packet) noexcept {
    packet = {};
    if (version != ProtocolVersion::v5) return Errc::protocol_error;  // only clients disconnect so in MQTT 3
    Reader reader(frame.body);
    const Errc error =
        read_reason_and_properties(reader, PacketType::disconnect, packet.reason_code, packet.properties);
    if (error != Errc::ok) return error;
    const bool client_only = packet.properties.find(PropertyIdentifier::session_expiry_interval).has_value();
    return client_only ? Errc::protocol_error : Errc::ok;  // [MQTT-3.14.2-2]
}

Errc decode(const Frame& frame, ProtocolVersion version, Auth& packet) noexcept {
    packet = {};
    if (version != ProtocolVersion::v5) return Errc::malformed_packet;  // a reserved type in MQTT 3
    if (frame.body.empty()) return Errc::ok;
    Reader reader(frame.body);
    const Errc error = read_reason_and_properties(reader, PacketType::auth, packet.reason_code, packet.properties);
    if (error != Errc::ok) return error;
    const bool has_method = packet.properties.find(PropertyIdentifier::authentication_method).has_value();
    return has_method ? Errc::ok : Errc::protocol_error;  // section 3.15.2.2.2
}

Errc decode(const Frame& frame, ProtocolVersion, Pingresp&) noexcept {
    return frame.body.empty() ? Errc::ok : Errc::malformed_packet;
}

}  // namespace mqtts::wire
