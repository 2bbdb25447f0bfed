// SPDX-License-Identifier: Apache-2.0
// Bytes written by hand from the specification, packet by packet.
#include "wire/encode.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/hex.hpp"
#include "unit/wire_versions.hpp"

using namespace mqtts;
using namespace mqtts::wire;
using mqtts::test::to_hex;
using mqtts::test::v31;
using mqtts::test::v311;
using mqtts::test::v5;

namespace {

std::string encoded(const auto& packet, ProtocolVersion version) {
    Buffer buffer;
    encode(buffer, packet, version);
    return to_hex(buffer.readable());
}

PropertyWriter reason_string(std::string_view text) {
    PropertyWriter properties;
    properties.add(PropertyIdentifier::reason_string, text);
    return properties;
}

}  // namespace

TEST_CASE("CONNECT names protocol and level of each version [MQTT-3.1.2-1]") {
    const Connect packet{.client_identifier = "id", .keep_alive = 60};
    CHECK(encoded(packet, v31) == "10 10 00 06 4d 51 49 73 64 70 03 02 00 3c 00 02 69 64");
    CHECK(encoded(packet, v311) == "10 0e 00 04 4d 51 54 54 04 02 00 3c 00 02 69 64");
    CHECK(encoded(packet, v5) == "10 0f 00 04 4d 51 54 54 05 02 00 3c 00 00 02 69 64");
}

TEST_CASE("CONNECT with everything, in the order of its payload [MQTT-3.1.3-1]") {
    PropertyWriter properties;
    properties.add(PropertyIdentifier::session_expiry_interval, 10U);
    PropertyWriter will_properties;
    will_properties.add(PropertyIdentifier::will_delay_interval, 5U);
    const Connect packet{
        .client_identifier = "c",
        .user_name = "u",
        .password = "pw",
        .will = Will{.topic_name = "t",
                     .payload = "gone",
                     .properties = will_properties.view(),
                     .qos = Qos::at_least_once,
                     .retain = true},
        .properties = properties.view(),
        .keep_alive = 0x1234,
        .clean_start = false,
    };
    CHECK(encoded(packet, v5) ==
          "10 29 00 04 4d 51 54 54 05 ec 12 34 05 11 00 00 00 0a 00 01 63 05 18 00 00 00 05 00 01 74 00 04 67 6f 6e 65 "
          "00 01 75 00 02 70 77");
    CHECK(encoded(packet, v311) ==
          "10 1d 00 04 4d 51 54 54 04 ec 12 34 00 01 63 00 01 74 00 04 67 6f 6e 65 00 01 75 00 02 70 77");
}

TEST_CASE("CONNECT flags: each part has its own") {
    const auto flags = [](const Connect& packet) { return encoded(packet, v5).substr(9 * 3, 2); };
    CHECK(flags({.clean_start = false}) == "00");
    CHECK(flags({.clean_start = true}) == "02");
    CHECK(flags({.user_name = "", .clean_start = false}) == "80");
    CHECK(flags({.password = "", .clean_start = false}) == "40");
    CHECK(flags({.will = Will{}, .clean_start = false}) == "04");
    CHECK(flags({.will = Will{.qos = Qos::exactly_once}, .clean_start = false}) == "14");
    CHECK(flags({.will = Will{.retain = true}, .clean_start = false}) == "24");
}

TEST_CASE("PUBLISH carries a Packet Identifier only when QoS > 0 [MQTT-2.2.1-2]") {
    Publish packet{.topic_name = "a/b", .payload = "hi", .packet_identifier = 10};
    CHECK(encoded(packet, v311) == "30 07 00 03 61 2f 62 68 69");
    CHECK(encoded(packet, v5) == "30 08 00 03 61 2f 62 00 68 69");
    packet.qos = Qos::at_least_once;
    packet.retain = true;
    CHECK(encoded(packet, v31) == "33 09 00 03 61 2f 62 00 0a 68 69");
    packet.qos = Qos::exactly_once;
    packet.retain = false;
    packet.dup = true;
    CHECK(encoded(packet, v5) == "3c 0a 00 03 61 2f 62 00 0a 00 68 69");
}

TEST_CASE("PUBLISH properties are left out before MQTT 5") {
    PropertyWriter properties;
    properties.add(PropertyIdentifier::topic_alias, 1U);
    const Publish packet{.topic_name = "a", .properties = properties.view()};
    CHECK(encoded(packet, v311) == "30 03 00 01 61");
    CHECK(encoded(packet, v5) == "30 07 00 01 61 03 23 00 01");
}

TEST_CASE("Remaining Length grows to four bytes, and encoded_size agrees [MQTT-1.5.5-1]") {
    const struct {
        std::size_t payload;
        std::string_view header;
    } table[] = {
        {127 - 3, "30 7f 00"},          {128 - 3, "30 80 01 00"},          {16'383 - 3, "30 ff 7f 00"},
        {16'384 - 3, "30 80 80 01 00"}, {2'097'151 - 3, "30 ff ff 7f 00"}, {2'097'152 - 3, "30 80 80 80 01 00"},
    };
    for (const auto& [size, header] : table) {
        CAPTURE(size);
        const std::string payload(size, 'x');
        const Publish packet{.topic_name = "a", .payload = payload};
        Buffer buffer;
        encode(buffer, packet, v311);
        CHECK(buffer.size() == encoded_size(packet, v311));
        CHECK(to_hex(buffer.readable().substr(0, 6)).starts_with(header));
        CHECK(buffer.readable().ends_with(payload));
    }
}

TEST_CASE("encoded_size tells what cannot be sent at all") {
    // The sizes alone count: nothing is read.
    const char byte = 'x';
    const Publish largest{.topic_name = "a", .payload = {&byte, maximum_remaining_length - 3}};
    CHECK(encoded_size(largest, v311) == 5 + maximum_remaining_length);
    CHECK(encoded_size(largest, v5) > 5 + maximum_remaining_length);
}

TEST_CASE("acknowledgements are four bytes when they succeed [MQTT-3.4.2] [MQTT-3.6.1-1]") {
    Acknowledgement packet{.type = PacketType::puback, .packet_identifier = 0x0102};
    for (const ProtocolVersion version : {v31, v311, v5}) {
        packet.type = PacketType::puback;
        CHECK(encoded(packet, version) == "40 02 01 02");
        packet.type = PacketType::pubrec;
        CHECK(encoded(packet, version) == "50 02 01 02");
        packet.type = PacketType::pubrel;
        CHECK(encoded(packet, version) == "62 02 01 02");
        packet.type = PacketType::pubcomp;
        CHECK(encoded(packet, version) == "70 02 01 02");
    }
}

TEST_CASE("acknowledgements leave out what is empty, and everything before MQTT 5") {
    const PropertyWriter properties = reason_string("no");
    const Acknowledgement reason{.packet_identifier = 1, .reason_code = ReasonCode::not_authorized};
    CHECK(encoded(reason, v5) == "40 03 00 01 87");
    CHECK(encoded(reason, v311) == "40 02 00 01");
    const Acknowledgement both{.properties = properties.view(), .type = PacketType::pubrec, .packet_identifier = 1};
    CHECK(encoded(both, v5) == "50 09 00 01 00 05 1f 00 02 6e 6f");
    CHECK(encoded(both, v311) == "50 02 00 01");
}

TEST_CASE("SUBSCRIBE: all options in MQTT 5, QoS alone before [MQTT-3.8.1-1] [MQTT-3.8.3-5]") {
    const Subscription subscriptions[] = {
        {.topic_filter = "a/#", .qos = Qos::exactly_once},
        {.topic_filter = "b",
         .qos = Qos::at_least_once,
         .no_local = true,
         .retain_as_published = true,
         .retain_handling = RetainHandling::never},
        {.topic_filter = "c", .retain_handling = RetainHandling::if_new},
    };
    PropertyWriter properties;
    properties.add(PropertyIdentifier::subscription_identifier, 5U);
    const Subscribe packet{.subscriptions = subscriptions, .properties = properties.view(), .packet_identifier = 10};
    CHECK(encoded(packet, v311) == "82 10 00 0a 00 03 61 2f 23 02 00 01 62 01 00 01 63 00");
    CHECK(encoded(packet, v5) == "82 13 00 0a 02 0b 05 00 03 61 2f 23 02 00 01 62 2d 00 01 63 10");
}

TEST_CASE("UNSUBSCRIBE [MQTT-3.10.1-1]") {
    const std::string_view topic_filters[] = {"a/#", "b"};
    const Unsubscribe packet{.topic_filters = topic_filters, .packet_identifier = 11};
    CHECK(encoded(packet, v311) == "a2 0a 00 0b 00 03 61 2f 23 00 01 62");
    CHECK(encoded(packet, v5) == "a2 0b 00 0b 00 00 03 61 2f 23 00 01 62");
}

TEST_CASE("PINGREQ is two bytes") {
    for (const ProtocolVersion version : {v31, v311, v5})
        CHECK(encoded(Pingreq{}, version) == "c0 00");
}

TEST_CASE("DISCONNECT has a Reason Code only in MQTT 5, and only when it says something") {
    const PropertyWriter properties = reason_string("x");
    const Disconnect will{.reason_code = ReasonCode::disconnect_with_will_message};
    CHECK(encoded(Disconnect{}, v5) == "e0 00");
    CHECK(encoded(will, v5) == "e0 01 04");
    CHECK(encoded(Disconnect{.properties = properties.view()}, v5) == "e0 06 00 04 1f 00 01 78");
    CHECK(encoded(will, v311) == "e0 00");
    CHECK(encoded(Disconnect{.properties = properties.view()}, v31) == "e0 00");
}

TEST_CASE("AUTH") {
    PropertyWriter properties;
    properties.add(PropertyIdentifier::authentication_method, "M");
    properties.add(PropertyIdentifier::authentication_data, std::string_view("\0", 1));
    const Auth packet{.properties = properties.view(), .reason_code = ReasonCode::continue_authentication};
    CHECK(encoded(packet, v5) == "f0 0a 18 08 15 00 01 4d 16 00 01 00");
    CHECK(encoded(Auth{}, v5) == "f0 00");
}

TEST_CASE("packets are appended behind what the buffer holds") {
    Buffer buffer;
    encode(buffer, Pingreq{}, v5);
    encode(buffer, Acknowledgement{.packet_identifier = 1}, v5);
    encode(buffer, Publish{.topic_name = "a"}, v5);
    CHECK(to_hex(buffer.readable()) == "c0 00 40 02 00 01 30 04 00 01 61 00");
}
