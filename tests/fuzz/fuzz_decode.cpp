// SPDX-License-Identifier: Apache-2.0
// Any bytes, as if a server had sent them: the first byte chooses the version of MQTT, the rest is the stream.
// Whatever decodes must lie inside the frame, obey its own rules, and encode to what was received.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "wire/decode.hpp"
#include "wire/encode.hpp"
#include "wire/topic.hpp"

namespace {

using namespace mqtts;
using namespace mqtts::wire;

constexpr std::size_t maximum_packet_size = 4096;

void require(bool condition, const char* claim) {
    if (condition) return;
    std::fprintf(stderr, "violated: %s\n", claim);
    std::abort();
}

bool inside(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_properties_inside(const PropertiesView& properties, const Frame& frame) {
    require(inside(properties.bytes(), frame.body), "properties lie inside the packet");
    for (const Property& property : properties) {
        require(inside(property.text, properties.bytes()), "text lies inside the properties");
        require(inside(property.value, properties.bytes()), "value lies inside the properties");
        require(info(property.identifier).allowed(frame.type), "property is allowed in this packet");
    }
}

std::string encoded(const auto& packet, ProtocolVersion version) {
    Buffer buffer;
    encode(buffer, packet, version);
    return std::string(buffer.readable());
}

template <class Packet>
bool decodes(const Frame& frame, ProtocolVersion version, Packet& packet) {
    const Errc error = decode(frame, version, packet);
    require(error == Errc::ok || error == Errc::malformed_packet || error == Errc::protocol_error,
            "decode() reports malformed_packet or protocol_error");
    return error == Errc::ok;
}

template <class Packet>
void check(const Frame& frame, ProtocolVersion version) {
    Packet packet;
    if (decodes(frame, version, packet)) check_properties_inside(packet.properties, frame);
}

void check_publish(const Frame& frame, ProtocolVersion version, std::string_view bytes) {
    Publish packet;
    if (!decodes(frame, version, packet)) return;
    check_properties_inside(packet.properties, frame);
    require(inside(packet.payload, frame.body), "payload lies inside the packet");
    require(packet.topic_name.empty() || is_topic_name(packet.topic_name), "topic is a Topic Name");
    require(encoded(packet, version) == bytes.substr(0, frame.size), "PUBLISH encodes to what was decoded");
    require(encoded_size(packet, version) == frame.size, "encoded_size() is the size of the packet");
}

void check_acknowledgement(const Frame& frame, ProtocolVersion version) {
    Acknowledgement packet;
    if (!decodes(frame, version, packet)) return;
    check_properties_inside(packet.properties, frame);
    require(packet.packet_identifier != 0, "Packet Identifier is not 0");
    const std::string bytes = encoded(packet, version);
    require(bytes.size() <= frame.size, "the short form of an acknowledgement is not longer");
    Errc error = Errc::ok;
    const auto again = next_frame(bytes, maximum_packet_size, error);
    Acknowledgement copy;
    require(again && decode(*again, version, copy) == Errc::ok, "an encoded acknowledgement decodes");
    require(copy.packet_identifier == packet.packet_identifier && copy.reason_code == packet.reason_code &&
                copy.properties.bytes() == packet.properties.bytes(),
            "an acknowledgement survives encoding");
}

void check_frame(const Frame& frame, ProtocolVersion version, std::string_view bytes) {
    require(frame.size <= bytes.size() && frame.size <= maximum_packet_size, "frame lies inside the bytes");
    require(inside(frame.body, bytes.substr(0, frame.size)), "body lies inside the frame");
    Pingresp pingresp;
    switch (frame.type) {
        case PacketType::connack:
            return check<Connack>(frame, version);
        case PacketType::publish:
            return check_publish(frame, version, bytes);
        case PacketType::puback:
        case PacketType::pubrec:
        case PacketType::pubrel:
        case PacketType::pubcomp:
            return check_acknowledgement(frame, version);
        case PacketType::suback:
        case PacketType::unsuback:
            return check<SubscriptionAnswer>(frame, version);
        case PacketType::disconnect:
            return check<Disconnect>(frame, version);
        case PacketType::auth:
            return check<Auth>(frame, version);
        case PacketType::pingresp:
            decodes(frame, version, pingresp);
            return;
        default:
            return;  // sent by clients only
    }
}

/// The short ways must agree with the long one, or say nothing.
void check_short_ways(std::string_view bytes) {
    Errc error = Errc::ok;
    const auto frame = next_frame(bytes, maximum_packet_size, error);
    if (const auto message = next_short_publish(bytes, maximum_packet_size)) {
        require(frame && frame->type == PacketType::publish, "a short PUBLISH is one");
        require(frame->size == message->size && frame->body == message->body && frame->flags == message->flags,
                "a short PUBLISH is the same");
    }
    if (const auto acknowledgement = next_short_acknowledgement(bytes)) {
        Acknowledgement packet;
        require(frame && frame->type == acknowledgement->type && frame->size == ShortAcknowledgement::size,
                "a short acknowledgement is one");
        require(decode(*frame, ProtocolVersion::v5, packet) == Errc::ok &&
                    packet.packet_identifier == acknowledgement->packet_identifier &&
                    packet.reason_code == ReasonCode::success,
                "a short acknowledgement is the same");
    }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto version = static_cast<ProtocolVersion>(3 + data[0] % 3);
    std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    Errc error = Errc::ok;
    check_short_ways(bytes);
    while (const auto frame = next_frame(bytes, maximum_packet_size, error)) {
        check_short_ways(bytes);
        check_frame(*frame, version, bytes);
        bytes.remove_prefix(frame->size);
    }
    return 0;
}
