// SPDX-License-Identifier: Apache-2.0
#include "wire/encode.hpp"

#include "wire/cursor.hpp"

namespace mqtts::wire {

namespace {

using detail::first_byte;

/// Makes room for a packet in `to`, writes its fixed header and returns the place of the rest, which must be filled.
Writer append_packet(Buffer& to, unsigned first, std::size_t remaining_length) {
    const std::size_t size = 1 + variable_byte_size(remaining_length) + remaining_length;
    Writer writer(to.prepare(size).data());
    to.commit(size);
    writer.byte(first);
    writer.variable_byte(static_cast<std::uint32_t>(remaining_length));
    return writer;
}

std::size_t prefixed_size(std::string_view text) noexcept {
    return 2 + text.size();
}

std::size_t size_of(const PropertiesView& properties, ProtocolVersion version) noexcept {
    if (version != ProtocolVersion::v5) return 0;
    const std::size_t length = properties.bytes().size();
    return variable_byte_size(length) + length;
}

void write(Writer& writer, const PropertiesView& properties, ProtocolVersion version) noexcept {
    if (version != ProtocolVersion::v5) return;
    writer.variable_byte(static_cast<std::uint32_t>(properties.bytes().size()));
    writer.bytes(properties.bytes());
}

// PUBACK to PUBCOMP, DISCONNECT and AUTH end with a Reason Code and properties; what is success or empty may be left
// out.

std::size_t size_of(ReasonCode reason, const PropertiesView& properties) noexcept {
    if (!properties.empty()) return 1 + size_of(properties, ProtocolVersion::v5);
    return reason == ReasonCode::success ? 0 : 1;
}

void write(Writer& writer, ReasonCode reason, const PropertiesView& properties) noexcept {
    if (properties.empty() && reason == ReasonCode::success) return;
    writer.byte(static_cast<unsigned>(reason));
    if (!properties.empty()) write(writer, properties, ProtocolVersion::v5);
}

unsigned connect_flags(const Connect& packet) noexcept {
    unsigned flags = packet.clean_start ? 0x02U : 0U;
    if (packet.will) {
        flags |= 0x04U | static_cast<unsigned>(packet.will->qos) << 3;
        if (packet.will->retain) flags |= 0x20U;
    }
    if (packet.password) flags |= 0x40U;
    if (packet.user_name) flags |= 0x80U;
    return flags;
}

std::size_t connect_payload_size(const Connect& packet, ProtocolVersion version) noexcept {
    std::size_t size = prefixed_size(packet.client_identifier);
    if (packet.will) {
        size += size_of(packet.will->properties, version) + prefixed_size(packet.will->topic_name) +
                prefixed_size(packet.will->payload);
    }
    if (packet.user_name) size += prefixed_size(*packet.user_name);
    if (packet.password) size += prefixed_size(*packet.password);
    return size;
}

unsigned subscription_options(const Subscription& subscription, ProtocolVersion version) noexcept {
    const auto qos = static_cast<unsigned>(subscription.qos);
    if (version != ProtocolVersion::v5) return qos;
    return qos | (subscription.no_local ? 0x04U : 0U) | (subscription.retain_as_published ? 0x08U : 0U) |
           static_cast<unsigned>(subscription.retain_handling) << 4;
}

}  // namespace

void encode(Buffer& to, const Connect& packet, ProtocolVersion version) {
    const std::string_view protocol_name = version == ProtocolVersion::v31 ? "MQIsdp" : "MQTT";
    Writer writer = append_packet(
        to, first_byte(PacketType::connect),
        prefixed_size(protocol_name) + 4 + size_of(packet.properties, version) + connect_payload_size(packet, version));
    writer.prefixed(protocol_name);
    writer.byte(static_cast<unsigned>(version));
    writer.byte(connect_flags(packet));
    writer.two_byte(packet.keep_alive);
    write(writer, packet.properties, version);
    writer.prefixed(packet.client_identifier);
    if (packet.will) {
        write(writer, packet.will->properties, version);
        writer.prefixed(packet.will->topic_name);
        writer.prefixed(packet.will->payload);
    }
    if (packet.user_name) writer.prefixed(*packet.user_name);
    if (packet.password) writer.prefixed(*packet.password);
}

void encode(Buffer& to, const Acknowledgement& packet, ProtocolVersion version) {
    const unsigned flags = packet.type == PacketType::pubrel ? 0x02 : 0x00;  // [MQTT-3.6.1-1]
    const bool v5 = version == ProtocolVersion::v5;
    Writer writer = append_packet(to, first_byte(packet.type, flags),
                                  2 + (v5 ? size_of(packet.reason_code, packet.properties) : 0));
    writer.two_byte(packet.packet_identifier);
    if (v5) write(writer, packet.reason_code, packet.properties);
}

void encode(Buffer& to, const Subscribe& packet, ProtocolVersion version) {
    std::size_t size = 2 + size_of(packet.properties, version);
    for (const Subscription& subscription : packet.subscriptions)
        size += prefixed_size(subscription.topic_filter) + 1;
    Writer writer = append_packet(to, first_byte(PacketType::subscribe, 0x02), size);  // [MQTT-3.8.1-1]
    writer.two_byte(packet.packet_identifier);
    write(writer, packet.properties, version);
    for (const Subscription& subscription : packet.subscriptions) {
        writer.prefixed(subscription.topic_filter);
        writer.byte(subscription_options(subscription, version));
    }
}

void encode(Buffer& to, const Unsubscribe& packet, ProtocolVersion version) {
    std::size_t size = 2 + size_of(packet.properties, version);
    for (const std::string_view topic_filter : packet.topic_filters)
        size += prefixed_size(topic_filter);
    Writer writer = append_packet(to, first_byte(PacketType::unsubscribe, 0x02), size);  // [MQTT-3.10.1-1]
    writer.two_byte(packet.packet_identifier);
    write(writer, packet.properties, version);
    for (const std::string_view topic_filter : packet.topic_filters)
        writer.prefixed(topic_filter);
}

void encode(Buffer& to, const Disconnect& packet, ProtocolVersion version) {
    const bool v5 = version == ProtocolVersion::v5;
    Writer writer =
        append_packet(to, first_byte(PacketType::disconnect), v5 ? size_of(packet.reason_code, packet.properties) : 0);
    if (v5) write(writer, packet.reason_code, packet.properties);
}

void encode(Buffer& to, const Auth& packet, ProtocolVersion) {
    Writer writer = append_packet(to, first_byte(PacketType::auth), size_of(packet.reason_code, packet.properties));
    write(writer, packet.reason_code, packet.properties);
}

void encode(Buffer& to, const Pingreq&, ProtocolVersion) {
    append_packet(to, first_byte(PacketType::pingreq), 0);
}

}  // namespace mqtts::wire
