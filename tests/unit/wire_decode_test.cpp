// SPDX-License-Identifier: Apache-2.0
// What servers send, and what they must not send: bytes by hand, one line each.
#include "wire/decode.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "support/hex.hpp"
#include "unit/wire_versions.hpp"

using namespace mqtts;
using namespace mqtts::wire;
using mqtts::test::from_hex;
using mqtts::test::v31;
using mqtts::test::v311;
using mqtts::test::v5;

namespace {

/// A packet with the bytes it is a view of: in a block of their own size, so that no read behind them goes unseen,
/// which stays in place when this moves.
template <class Packet>
struct Decoded {
    std::vector<char> bytes;
    Packet packet{};
    Errc error = Errc::internal;
};

template <class Packet>
Decoded<Packet> decoded(std::string_view hex, ProtocolVersion version) {
    const std::string bytes = from_hex(hex);
    Decoded<Packet> result{{bytes.begin(), bytes.end()}};
    const auto frame = next_frame({result.bytes.data(), result.bytes.size()}, 1'000'000, result.error);
    REQUIRE(frame);
    REQUIRE(frame->size == result.bytes.size());
    result.error = decode(*frame, version, result.packet);
    return result;
}

template <class Packet>
Errc error_of(std::string_view hex, ProtocolVersion version) {
    return decoded<Packet>(hex, version).error;
}

constexpr auto ok = Errc::ok;
constexpr auto malformed = Errc::malformed_packet;
constexpr auto forbidden = Errc::protocol_error;

}  // namespace

TEST_CASE("CONNACK of MQTT 3 has return codes, which become Reason Codes [MQTT-3.2.2]") {
    const struct {
        std::string_view hex;
        ReasonCode reason;
    } table[] = {
        {"20 02 00 00", ReasonCode::success},
        {"20 02 00 01", ReasonCode::unsupported_protocol_version},
        {"20 02 00 02", ReasonCode::client_identifier_not_valid},
        {"20 02 00 03", ReasonCode::server_unavailable},
        {"20 02 00 04", ReasonCode::bad_user_name_or_password},
        {"20 02 00 05", ReasonCode::not_authorized},
    };
    for (const auto& [hex, reason] : table) {
        CAPTURE(hex);
        for (const ProtocolVersion version : {v31, v311}) {
            const auto connack = decoded<Connack>(hex, version);
            CHECK(connack.error == ok);
            CHECK(connack.packet.reason_code == reason);
            CHECK_FALSE(connack.packet.session_present);
        }
    }
    CHECK(decoded<Connack>("20 02 01 00", v311).packet.session_present);
    CHECK(error_of<Connack>("20 02 00 06", v311) == forbidden);
    CHECK(error_of<Connack>("20 02 00 80", v311) == ok);  // no return code of MQTT 3, but a refusal
    CHECK(error_of<Connack>("20 01 00", v311) == malformed);
    CHECK(error_of<Connack>("20 00", v311) == malformed);
    CHECK(error_of<Connack>("20 03 00 00 00", v311) == malformed);
}

TEST_CASE("CONNACK of MQTT 5") {
    auto connack = decoded<Connack>("20 06 01 00 03 21 00 14", v5);
    CHECK(connack.error == ok);
    CHECK(connack.packet.session_present);
    CHECK(connack.packet.reason_code == ReasonCode::success);
    CHECK(connack.packet.properties.find(PropertyIdentifier::receive_maximum)->number == 20);

    connack = decoded<Connack>("20 03 00 87 00", v5);
    CHECK(connack.error == ok);
    CHECK(connack.packet.reason_code == ReasonCode::not_authorized);

    CHECK(error_of<Connack>("20 02 00 00", v5) == malformed);                 // no Property Length
    CHECK(error_of<Connack>("20 02 00 87", v5) == malformed);                 // no Property Length
    CHECK(error_of<Connack>("20 03 00 01 00", v5) == forbidden);              // a return code of MQTT 3
    CHECK(error_of<Connack>("20 03 00 18 00", v5) == forbidden);              // not in CONNACK
    CHECK(error_of<Connack>("20 03 00 00 03", v5) == malformed);              // properties cut off
    CHECK(error_of<Connack>("20 04 00 00 00 00", v5) == malformed);           // trailing byte
    CHECK(error_of<Connack>("20 06 00 00 03 23 00 01", v5) == malformed);     // Topic Alias is not for CONNACK
    CHECK(error_of<Connack>("20 06 00 00 03 21 00 00", v5) == forbidden);     // Receive Maximum 0
    CHECK(error_of<Connack>("20 07 00 00 04 24 01 24 01", v5) == forbidden);  // Maximum QoS twice
}

TEST_CASE("a server that knows only MQTT 3 refuses MQTT 5 in the words of MQTT 3, and is understood") {
    const auto reason = [](std::string_view hex) {
        const auto connack = decoded<Connack>(hex, v5);
        CHECK(connack.error == ok);
        return connack.packet.reason_code;
    };
    CHECK(reason("20 02 00 01") == ReasonCode::unsupported_protocol_version);
    CHECK(reason("20 02 00 02") == ReasonCode::client_identifier_not_valid);
    CHECK(reason("20 02 00 03") == ReasonCode::server_unavailable);
    CHECK(reason("20 02 00 04") == ReasonCode::bad_user_name_or_password);
    CHECK(reason("20 02 00 05") == ReasonCode::not_authorized);
}

TEST_CASE("Connect Acknowledge Flags are reserved but for Session Present [MQTT-3.2.2-1] [MQTT-3.2.2-6]") {
    CHECK(error_of<Connack>("20 02 02 00", v311) == malformed);
    CHECK(error_of<Connack>("20 03 81 00 00", v5) == malformed);
    CHECK(error_of<Connack>("20 02 01 05", v311) == forbidden);
    CHECK(error_of<Connack>("20 03 01 87 00", v5) == forbidden);
    CHECK(error_of<Connack>("20 02 01 01", v5) == forbidden);
}

TEST_CASE("PUBLISH of MQTT 3.1.1") {
    auto publish = decoded<Publish>("30 07 00 03 61 2f 62 68 69", v311);
    CHECK(publish.error == ok);
    CHECK(publish.packet.topic_name == "a/b");
    CHECK(publish.packet.payload == "hi");
    CHECK(publish.packet.packet_identifier == 0);
    CHECK(publish.packet.qos == Qos::at_most_once);
    CHECK_FALSE(publish.packet.retain);
    CHECK_FALSE(publish.packet.dup);

    publish = decoded<Publish>("3d 05 00 01 61 ff fe", v311);
    CHECK(publish.error == ok);
    CHECK(publish.packet.payload.empty());
    CHECK(publish.packet.packet_identifier == 0xFFFE);
    CHECK(publish.packet.qos == Qos::exactly_once);
    CHECK(publish.packet.retain);
    CHECK(publish.packet.dup);
}

TEST_CASE("PUBLISH of MQTT 5") {
    const auto publish = decoded<Publish>("32 0a 00 01 61 00 07 04 01 01 23 00", v5);
    CHECK(publish.error == malformed);  // Topic Alias cut off by the Property Length
    const auto complete = decoded<Publish>("32 0b 00 01 61 00 07 05 01 01 23 00 09", v5);
    CHECK(complete.error == ok);
    CHECK(complete.packet.packet_identifier == 7);
    CHECK(complete.packet.payload.empty());
    CHECK(complete.packet.properties.find(PropertyIdentifier::topic_alias)->number == 9);
}

TEST_CASE("a decoded packet forgets what an earlier one left in it") {
    const std::string first = from_hex("32 09 00 01 61 00 07 03 23 00 09");
    const std::string second = from_hex("30 04 00 01 62 00");
    Publish packet;
    Errc error = Errc::internal;
    REQUIRE(decode(*next_frame(first, 100, error), v5, packet) == ok);
    REQUIRE(decode(*next_frame(second, 100, error), v5, packet) == ok);
    CHECK(packet.topic_name == "b");
    CHECK(packet.properties.empty());
    CHECK(packet.packet_identifier == 0);
}

TEST_CASE("PUBLISH flags: no QoS 3, no DUP with QoS 0 [MQTT-3.3.1-4] [MQTT-3.3.1-2]") {
    CHECK(error_of<Publish>("36 05 00 01 61 00 01", v311) == malformed);
    CHECK(error_of<Publish>("3e 05 00 01 61 00 01", v5) == malformed);
    CHECK(error_of<Publish>("38 03 00 01 61", v311) == forbidden);
    CHECK(error_of<Publish>("38 04 00 01 61 00", v5) == forbidden);
}

TEST_CASE("PUBLISH with QoS > 0 has a Packet Identifier that is not 0 [MQTT-2.2.1-4]") {
    CHECK(error_of<Publish>("32 05 00 01 61 00 00", v311) == forbidden);
    CHECK(error_of<Publish>("34 06 00 01 61 00 00 00", v5) == forbidden);
    CHECK(error_of<Publish>("32 03 00 01 61", v311) == malformed);
    CHECK(error_of<Publish>("32 04 00 01 61 00", v311) == malformed);
}

TEST_CASE(
    "PUBLISH has a Topic Name: UTF-8, no wildcards, empty only with a Topic Alias [MQTT-3.3.2-1] [MQTT-3.3.2-2]") {
    CHECK(error_of<Publish>("30 05 00 03 61 2f 23", v311) == forbidden);
    CHECK(error_of<Publish>("30 04 00 01 2b 00", v5) == forbidden);
    CHECK(error_of<Publish>("30 03 00 01 ff", v311) == malformed);
    CHECK(error_of<Publish>("30 03 00 01 00", v311) == malformed);
    CHECK(error_of<Publish>("30 05 00 03 ed a0 80", v311) == malformed);
    CHECK(error_of<Publish>("30 02 00 00", v31) == forbidden);
    CHECK(error_of<Publish>("30 02 00 00", v311) == forbidden);
    CHECK(error_of<Publish>("30 03 00 00 00", v5) == forbidden);
    CHECK(error_of<Publish>("30 06 00 00 03 23 00 01", v5) == ok);
    CHECK(error_of<Publish>("30 06 00 00 03 23 00 00", v5) == forbidden);
    CHECK(error_of<Publish>("30 01 00", v311) == malformed);
    CHECK(error_of<Publish>("30 00", v311) == malformed);
    CHECK(error_of<Publish>("30 03 00 02 61", v311) == malformed);
}

TEST_CASE("PUBLISH properties: checked, payload: not, whatever the Payload Format Indicator says [MQTT-3.3.2-6]") {
    CHECK(error_of<Publish>("30 03 00 01 61", v5) == malformed);  // no Property Length
    CHECK(error_of<Publish>("30 05 00 01 61 01 01", v5) == malformed);
    CHECK(error_of<Publish>("30 06 00 01 61 02 01 02", v5) == forbidden);
    CHECK(error_of<Publish>("30 06 00 01 61 02 24 01", v5) == malformed);
    CHECK(error_of<Publish>("30 08 00 01 61 04 01 00 01 00", v5) == forbidden);
    CHECK(error_of<Publish>("30 08 00 01 61 04 08 00 01 23", v5) == forbidden);
    CHECK(error_of<Publish>("30 08 00 01 61 80 80 80 80 00", v5) == malformed);
    const auto publish = decoded<Publish>("30 08 00 01 61 02 01 01 ff 00", v5);
    CHECK(publish.error == ok);
    CHECK(publish.packet.payload == std::string_view("\xFF\0", 2));
}

TEST_CASE("acknowledgements of MQTT 3 are a Packet Identifier and nothing else") {
    for (const std::string_view type : {"40", "50", "62", "70"}) {
        CAPTURE(type);
        const auto with = [&](std::string_view rest) { return std::string(type) + std::string(rest); };
        const auto acknowledgement = decoded<Acknowledgement>(with(" 02 12 34"), v311);
        CHECK(acknowledgement.error == ok);
        CHECK(acknowledgement.packet.type == static_cast<PacketType>(from_hex(type)[0] >> 4));
        CHECK(acknowledgement.packet.packet_identifier == 0x1234);
        CHECK(acknowledgement.packet.reason_code == ReasonCode::success);
        CHECK(error_of<Acknowledgement>(with(" 02 00 00"), v311) == forbidden);
        CHECK(error_of<Acknowledgement>(with(" 03 00 01 00"), v311) == malformed);
        CHECK(error_of<Acknowledgement>(with(" 01 00"), v311) == malformed);
        CHECK(error_of<Acknowledgement>(with(" 00"), v311) == malformed);
    }
}

TEST_CASE("acknowledgements of MQTT 5 leave out properties, then the Reason Code [MQTT-3.4.2.1]") {
    CHECK(error_of<Acknowledgement>("40 02 00 01", v5) == ok);
    CHECK(decoded<Acknowledgement>("40 03 00 01 10", v5).packet.reason_code == ReasonCode::no_matching_subscribers);
    CHECK(decoded<Acknowledgement>("50 04 00 01 97 00", v5).packet.reason_code == ReasonCode::quota_exceeded);
    const auto full = decoded<Acknowledgement>("62 09 00 01 92 05 1f 00 02 6e 6f", v5);
    CHECK(full.error == ok);
    CHECK(full.packet.reason_code == ReasonCode::packet_identifier_not_found);
    CHECK(full.packet.properties.find(PropertyIdentifier::reason_string)->text == "no");

    CHECK(error_of<Acknowledgement>("70 02 00 00", v5) == forbidden);
    CHECK(error_of<Acknowledgement>("40 03 00 01 92", v5) == ok);         // for PUBREL and PUBCOMP, but a refusal
    CHECK(error_of<Acknowledgement>("50 03 00 01 ff", v5) == ok);         // not listed, but a refusal
    CHECK(error_of<Acknowledgement>("70 03 00 01 87", v5) == forbidden);  // PUBCOMP refuses nothing
    CHECK(error_of<Acknowledgement>("62 03 00 01 10", v5) == forbidden);  // for PUBACK and PUBREC
    CHECK(error_of<Acknowledgement>("40 03 00 01 03", v5) == forbidden);  // not listed
    CHECK(error_of<Acknowledgement>("40 05 00 01 00 00 00", v5) == malformed);
    CHECK(error_of<Acknowledgement>("40 04 00 01 00 01", v5) == malformed);
    CHECK(error_of<Acknowledgement>("40 08 00 01 00 04 1f 00 01 ff", v5) == malformed);
}

TEST_CASE("SUBACK of MQTT 3 grants a QoS or refuses with 0x80 [MQTT-3.9.3-2]") {
    const auto suback = decoded<SubscriptionAnswer>("90 06 00 0a 00 01 02 80", v311);
    CHECK(suback.error == ok);
    CHECK(suback.packet.type == PacketType::suback);
    CHECK(suback.packet.packet_identifier == 10);
    REQUIRE(suback.packet.reason_codes.size() == 4);
    CHECK(suback.packet.reason(0) == ReasonCode::success);
    CHECK(suback.packet.reason(2) == ReasonCode::granted_qos_2);
    CHECK(suback.packet.reason(3) == ReasonCode::unspecified_error);
    CHECK(error_of<SubscriptionAnswer>("90 03 00 01 03", v311) == forbidden);
    CHECK(error_of<SubscriptionAnswer>("90 03 00 01 87", v311) == ok);      // no such code there, but a refusal
    CHECK(error_of<SubscriptionAnswer>("90 02 00 01", v311) == forbidden);  // answers nothing
    CHECK(error_of<SubscriptionAnswer>("90 03 00 00 00", v311) == forbidden);
    CHECK(error_of<SubscriptionAnswer>("90 01 00", v311) == malformed);
}

TEST_CASE("SUBACK of MQTT 5 has a listed Reason Code for each filter [MQTT-3.9.3-2]") {
    const auto suback = decoded<SubscriptionAnswer>("90 09 00 01 04 1f 00 01 78 02 a2", v5);
    CHECK(suback.error == ok);
    CHECK(suback.packet.properties.find(PropertyIdentifier::reason_string)->text == "x");
    REQUIRE(suback.packet.reason_codes.size() == 2);
    CHECK(suback.packet.reason(1) == ReasonCode::wildcard_subscriptions_not_supported);
    CHECK(error_of<SubscriptionAnswer>("90 05 00 01 00 00 11", v5) == forbidden);
    CHECK(error_of<SubscriptionAnswer>("90 03 00 01 00", v5) == forbidden);
    CHECK(error_of<SubscriptionAnswer>("90 02 00 01", v5) == malformed);
    CHECK(error_of<SubscriptionAnswer>("90 04 00 00 00 00", v5) == forbidden);
    CHECK(error_of<SubscriptionAnswer>("90 04 00 01 05 00", v5) == malformed);
}

TEST_CASE("UNSUBACK: nothing more in MQTT 3, Reason Codes in MQTT 5 [MQTT-3.11.3-2]") {
    const auto unsuback = decoded<SubscriptionAnswer>("b0 02 00 0a", v311);
    CHECK(unsuback.error == ok);
    CHECK(unsuback.packet.type == PacketType::unsuback);
    CHECK(unsuback.packet.reason_codes.empty());
    CHECK(error_of<SubscriptionAnswer>("b0 03 00 0a 00", v311) == malformed);
    CHECK(error_of<SubscriptionAnswer>("b0 02 00 00", v311) == forbidden);
    CHECK(error_of<SubscriptionAnswer>("b0 05 00 01 00 00 11", v5) == ok);
    CHECK(error_of<SubscriptionAnswer>("b0 04 00 01 00 01", v5) == forbidden);
    CHECK(error_of<SubscriptionAnswer>("b0 03 00 01 00", v5) == forbidden);
}

TEST_CASE("DISCONNECT comes from servers of MQTT 5 only [MQTT-3.14.2-1]") {
    CHECK(error_of<Disconnect>("e0 00", v5) == ok);
    CHECK(decoded<Disconnect>("e0 00", v5).packet.reason_code == ReasonCode::success);
    CHECK(error_of<Disconnect>("e0 01 8e", v5) == ok);
    CHECK(decoded<Disconnect>("e0 01 8e", v5).packet.reason_code == ReasonCode::session_taken_over);
    CHECK(error_of<Disconnect>("e0 02 8b 00", v5) == ok);
    const auto moved = decoded<Disconnect>("e0 06 9d 04 1c 00 01 78", v5);
    CHECK(moved.error == ok);
    CHECK(moved.packet.properties.find(PropertyIdentifier::server_reference)->text == "x");
    CHECK(error_of<Disconnect>("e0 00", v311) == forbidden);
    CHECK(error_of<Disconnect>("e0 00", v31) == forbidden);
    CHECK(error_of<Disconnect>("e0 01 04", v5) == forbidden);  // clients only
    CHECK(error_of<Disconnect>("e0 01 7f", v5) == forbidden);
    CHECK(error_of<Disconnect>("e0 03 00 00 00", v5) == malformed);
    CHECK(error_of<Disconnect>("e0 02 00 01", v5) == malformed);
}

TEST_CASE("a server must not send Session Expiry Interval in DISCONNECT [MQTT-3.14.2-2]") {
    CHECK(error_of<Disconnect>("e0 07 00 05 11 00 00 00 01", v5) == forbidden);
}

TEST_CASE("AUTH exists in MQTT 5, with an Authentication Method unless it is empty") {
    CHECK(error_of<Auth>("f0 00", v5) == ok);
    CHECK(decoded<Auth>("f0 00", v5).packet.reason_code == ReasonCode::success);
    const auto auth = decoded<Auth>("f0 0a 18 08 15 00 01 4d 16 00 01 00", v5);
    CHECK(auth.error == ok);
    CHECK(auth.packet.reason_code == ReasonCode::continue_authentication);
    CHECK(auth.packet.properties.find(PropertyIdentifier::authentication_data)->text == std::string_view("\0", 1));
    CHECK(error_of<Auth>("f0 00", v311) == malformed);
    CHECK(error_of<Auth>("f0 01 18", v5) == forbidden);
    CHECK(error_of<Auth>("f0 02 18 00", v5) == forbidden);
    CHECK(error_of<Auth>("f0 06 19 04 15 00 01 4d", v5) == ok);  // a server that asks for it
    CHECK(error_of<Auth>("f0 07 18 04 15 00 01 4d 00", v5) == malformed);
}

TEST_CASE("PINGRESP is empty") {
    for (const ProtocolVersion version : {v31, v311, v5}) {
        CHECK(error_of<Pingresp>("d0 00", version) == ok);
        CHECK(error_of<Pingresp>("d0 01 00", version) == malformed);
    }
}
