// SPDX-License-Identifier: Apache-2.0
// What one side encodes the other decodes, in every version and with every property.
#include <doctest/doctest.h>

#include <string>

#include "support/server_wire.hpp"
#include "unit/wire_samples.hpp"

using namespace mqtts;
using namespace mqtts::test;
using namespace mqtts::wire;

namespace {

constexpr ProtocolVersion versions[] = {v31, v311, v5};

std::string text_of(const auto& packet, ProtocolVersion version) {
    Buffer buffer;
    encode(buffer, packet, version);
    return to_text(buffer.readable(), version);
}

Frame only_frame(const Buffer& buffer) {
    Errc error = Errc::internal;
    const auto frame = next_frame(buffer.readable(), maximum_control_packet_size, error);
    REQUIRE(frame);
    REQUIRE(frame->size == buffer.size());
    return *frame;
}

/// A property with a value that is allowed wherever the property is.
PropertyWriter one_property(const PropertyInfo& property) {
    PropertyWriter writer;
    switch (property.type) {
        case PropertyType::string:
        case PropertyType::binary:
            writer.add(property.identifier, "a/text");
            break;
        case PropertyType::string_pair:
            writer.add(property.identifier, "name", "value");
            break;
        default:
            writer.add(property.identifier, property.maximum);
            break;
    }
    return writer;
}

template <class Packet>
PropertiesView sent_and_received(Buffer& buffer, const auto& packet, Packet&& received) {
    encode(buffer, packet, v5);
    CHECK(decode(only_frame(buffer), v5, received) == Errc::ok);
    return received.properties;
}

/// Sends `properties` in a packet of this type from the side that sends it; what the other side decoded.
PropertiesView through_packet(PacketType type, const PropertiesView& properties, Buffer& buffer) {
    const Subscription subscription{.topic_filter = "a"};
    const std::string_view topic_filter = "a";
    ClientConnect connect;
    switch (type) {
        case will_properties:
            encode(buffer, Connect{.will = Will{.topic_name = "w", .properties = properties}}, v5);
            CHECK(decode(only_frame(buffer), connect) == Errc::ok);
            return connect.packet.will->properties;
        case PacketType::connect:
            encode(buffer, Connect{.properties = properties}, v5);
            CHECK(decode(only_frame(buffer), connect) == Errc::ok);
            return connect.packet.properties;
        case PacketType::connack:
            return sent_and_received(buffer, Connack{.properties = properties}, Connack{});
        case PacketType::publish:
            return sent_and_received(buffer, Publish{.topic_name = "a", .properties = properties}, Publish{});
        case PacketType::puback:
        case PacketType::pubrec:
        case PacketType::pubrel:
        case PacketType::pubcomp:
            return sent_and_received(buffer,
                                     Acknowledgement{.properties = properties, .type = type, .packet_identifier = 1},
                                     Acknowledgement{});
        case PacketType::subscribe:
            return sent_and_received(
                buffer,
                Subscribe{.subscriptions = {&subscription, 1}, .properties = properties, .packet_identifier = 1},
                ClientSubscribe{});
        case PacketType::suback:
        case PacketType::unsuback:
            return sent_and_received(
                buffer,
                SubscriptionAnswer{
                    .reason_codes = {"\0", 1}, .properties = properties, .type = type, .packet_identifier = 1},
                SubscriptionAnswer{});
        case PacketType::unsubscribe:
            return sent_and_received(
                buffer,
                Unsubscribe{.topic_filters = {&topic_filter, 1}, .properties = properties, .packet_identifier = 1},
                ClientUnsubscribe{});
        default:
            break;
    }
    return {};
}

}  // namespace

TEST_CASE("CONNECT arrives as it was sent") {
    const Connect sent{
        .client_identifier = "client",
        .user_name = "user",
        .password = "secret",
        .will = Will{.topic_name = "will/topic", .payload = "gone", .qos = Qos::exactly_once, .retain = true},
        .keep_alive = 65535,
        .clean_start = false,
    };
    for (const ProtocolVersion version : versions) {
        Buffer buffer;
        encode(buffer, sent, version);
        ClientConnect received;
        REQUIRE(decode(only_frame(buffer), received) == Errc::ok);
        CHECK(received.version == version);
        CHECK(received.packet.client_identifier == "client");
        CHECK(received.packet.user_name == "user");
        CHECK(received.packet.password == "secret");
        REQUIRE(received.packet.will);
        CHECK(received.packet.will->topic_name == "will/topic");
        CHECK(received.packet.will->payload == "gone");
        CHECK(received.packet.will->qos == Qos::exactly_once);
        CHECK(received.packet.will->retain);
        CHECK(received.packet.keep_alive == 65535);
        CHECK_FALSE(received.packet.clean_start);
    }
}

TEST_CASE("CONNACK: each refusal that MQTT 3 has a word for arrives, in every version") {
    for (const ReasonCode reason :
         {ReasonCode::success, ReasonCode::unsupported_protocol_version, ReasonCode::client_identifier_not_valid,
          ReasonCode::server_unavailable, ReasonCode::bad_user_name_or_password, ReasonCode::not_authorized}) {
        for (const ProtocolVersion version : versions) {
            Buffer buffer;
            encode(buffer, Connack{.reason_code = reason}, version);
            Connack received;
            CHECK(decode(only_frame(buffer), version, received) == Errc::ok);
            CHECK(received.reason_code == reason);
        }
    }
}

TEST_CASE("PUBLISH arrives as it was sent, with each combination of flags") {
    for (const ProtocolVersion version : versions) {
        for (const bool retain : {false, true}) {
            CHECK(text_of(Publish{.topic_name = "a/b", .payload = "x", .retain = retain}, version) ==
                  (retain ? "PUBLISH qos0 retain a/b \"x\"" : "PUBLISH qos0 a/b \"x\""));
            for (const Qos qos : {Qos::at_least_once, Qos::exactly_once}) {
                for (const bool dup : {false, true}) {
                    const Publish packet{
                        .topic_name = "a", .packet_identifier = 9, .qos = qos, .retain = retain, .dup = dup};
                    const std::string expected = std::string("PUBLISH 9 qos") + (qos == Qos::exactly_once ? '2' : '1') +
                                                 (dup ? " dup" : "") + (retain ? " retain" : "") + " a \"\"";
                    CHECK(text_of(packet, version) == expected);
                }
            }
        }
    }
}

TEST_CASE("acknowledgements arrive as they were sent") {
    for (const PacketType type : {PacketType::puback, PacketType::pubrec, PacketType::pubrel, PacketType::pubcomp}) {
        for (const ProtocolVersion version : versions) {
            CHECK(text_of(Acknowledgement{.type = type, .packet_identifier = 65535}, version) ==
                  std::string(name(type)) + " 65535");
        }
        const bool second_half = type == PacketType::pubrel || type == PacketType::pubcomp;
        const ReasonCode reason = second_half ? ReasonCode::packet_identifier_not_found : ReasonCode::quota_exceeded;
        CHECK(text_of(Acknowledgement{.type = type, .packet_identifier = 1, .reason_code = reason}, v5) ==
              std::string(name(type)) + (second_half ? " 1 0x92" : " 1 0x97"));
    }
}

TEST_CASE("SUBSCRIBE and UNSUBSCRIBE arrive as they were sent, and so do their answers") {
    const Subscription subscriptions[] = {{.topic_filter = "a/+", .qos = Qos::at_least_once},
                                          {.topic_filter = "$share/g/#", .qos = Qos::exactly_once}};
    const std::string_view topic_filters[] = {"a/+", "b"};
    const std::string_view codes("\0\x02\x80", 3);
    for (const ProtocolVersion version : versions) {
        CHECK(text_of(Subscribe{.subscriptions = subscriptions, .packet_identifier = 3}, version) ==
              "SUBSCRIBE 3 a/+ qos1, $share/g/# qos2");
        CHECK(text_of(Unsubscribe{.topic_filters = topic_filters, .packet_identifier = 4}, version) ==
              "UNSUBSCRIBE 4 a/+, b");
        CHECK(text_of(SubscriptionAnswer{.reason_codes = codes, .packet_identifier = 3}, version) ==
              "SUBACK 3 0x00 0x02 0x80");
        const std::string_view success("\0", 1);
        const SubscriptionAnswer unsuback{
            .reason_codes = success, .type = PacketType::unsuback, .packet_identifier = 4};
        CHECK(text_of(unsuback, version) == (version == v5 ? "UNSUBACK 4 0x00" : "UNSUBACK 4"));
    }
}

TEST_CASE("PINGREQ, PINGRESP and DISCONNECT arrive in every version") {
    for (const ProtocolVersion version : versions) {
        CHECK(text_of(Pingreq{}, version) == "PINGREQ");
        CHECK(text_of(Pingresp{}, version) == "PINGRESP");
        CHECK(text_of(Disconnect{}, version) == (version == v5 ? "DISCONNECT 0x00" : "DISCONNECT"));
    }
}

TEST_CASE("every property passes through every packet that may carry it, byte for byte") {
    for (const PropertyInfo& property : property_table()) {
        const PropertyWriter writer = one_property(property);
        for (unsigned number = 0; number < 16; ++number) {
            const auto type = static_cast<PacketType>(number);
            // These two also depend on the side that sends them; the samples have them.
            if (type == PacketType::disconnect || type == PacketType::auth || !property.allowed(type)) continue;
            CAPTURE(property.name);
            CAPTURE(name(type));
            Buffer buffer;
            CHECK(through_packet(type, writer.view(), buffer).bytes() == writer.view().bytes());
        }
    }
}

TEST_CASE("no property is sent before MQTT 5") {
    PropertyWriter writer;
    writer.add(PropertyIdentifier::user_property, "name", "value");
    const PropertiesView properties = writer.view();
    const Subscription subscription{.topic_filter = "a"};
    const std::string_view topic_filter = "a";
    for (const ProtocolVersion version : {v31, v311}) {
        CHECK(text_of(Publish{.topic_name = "a", .properties = properties}, version) == "PUBLISH qos0 a \"\"");
        CHECK(text_of(Acknowledgement{.properties = properties, .packet_identifier = 1}, version) == "PUBACK 1");
        CHECK(text_of(Disconnect{.properties = properties}, version) == "DISCONNECT");
        CHECK(text_of(Subscribe{{&subscription, 1}, properties, 1}, version) == "SUBSCRIBE 1 a qos0");
        CHECK(text_of(Unsubscribe{{&topic_filter, 1}, properties, 1}, version) == "UNSUBSCRIBE 1 a");
        const Connect connect{.client_identifier = "c",
                              .will = Will{.topic_name = "w", .properties = properties},
                              .properties = properties};
        CHECK(text_of(connect, version).ends_with(" clean keep-alive=0 id=c will=(w qos0 \"\")"));
    }
}
