// SPDX-License-Identifier: Apache-2.0
#include "wire/reason_code.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "base/error_table.hpp"
#include "support/sentence.hpp"
#include "wire/decode_client.hpp"
#include "wire/encode.hpp"

using namespace mqtts;
using namespace mqtts::wire;

namespace {

std::vector<ReasonCode> listed_reason_codes() {
    std::vector<ReasonCode> codes;
    for (unsigned value = 0; value <= 0xFF; ++value) {
        const auto code = static_cast<ReasonCode>(value);
        if (sentence(code) != "unknown reason code") codes.push_back(code);
    }
    return codes;
}

/// The packets in which a server may send this code, in the order of their types.
std::string packets_from_server(ReasonCode code) {
    std::string result;
    for (unsigned type = 0; type <= 15; ++type) {
        if (!allowed_from_server(code, static_cast<PacketType>(type))) continue;
        if (!result.empty()) result += ' ';
        result += name(static_cast<PacketType>(type));
    }
    return result;
}

}  // namespace

TEST_CASE("every Reason Code has a sentence of its own for people [MQTT-2.4]") {
    const std::vector<ReasonCode> codes = listed_reason_codes();
    CHECK(codes.size() == 43);
    std::set<std::string_view> sentences;
    for (const ReasonCode code : codes) {
        CAPTURE(sentence(code));
        CHECK(test::is_sentence(sentence(code)));
        CHECK(sentences.insert(sentence(code)).second);
    }
}

TEST_CASE("codes of 0x80 and above are failures [MQTT-2.4]") {
    CHECK_FALSE(is_failure(ReasonCode::success));
    CHECK_FALSE(is_failure(ReasonCode::no_matching_subscribers));
    CHECK_FALSE(is_failure(static_cast<ReasonCode>(0x7F)));
    CHECK(is_failure(ReasonCode::unspecified_error));
    CHECK(is_failure(static_cast<ReasonCode>(0xFF)));
}

TEST_CASE("a server sends each Reason Code only in the packets the specification names [MQTT-2.4]") {
    const struct {
        unsigned code;
        std::string_view packets;
    } expected[] = {
        {0x00, "CONNACK PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK DISCONNECT AUTH"},
        {0x01, "SUBACK"},
        {0x02, "SUBACK"},
        {0x04, ""},
        {0x10, "PUBACK PUBREC"},
        {0x11, "UNSUBACK"},
        {0x18, "AUTH"},
        {0x19, "AUTH"},  // a client's, but some servers ask for it so
        {0x80, "CONNACK PUBACK PUBREC SUBACK UNSUBACK DISCONNECT"},
        {0x81, "CONNACK DISCONNECT"},
        {0x82, "CONNACK DISCONNECT"},
        {0x83, "CONNACK PUBACK PUBREC SUBACK UNSUBACK DISCONNECT"},
        {0x84, "CONNACK"},
        {0x85, "CONNACK"},
        {0x86, "CONNACK"},
        {0x87, "CONNACK PUBACK PUBREC SUBACK UNSUBACK DISCONNECT"},
        {0x88, "CONNACK"},
        {0x89, "CONNACK DISCONNECT"},
        {0x8A, "CONNACK"},
        {0x8B, "DISCONNECT"},
        {0x8C, "CONNACK DISCONNECT"},
        {0x8D, "DISCONNECT"},
        {0x8E, "DISCONNECT"},
        {0x8F, "SUBACK UNSUBACK DISCONNECT"},
        {0x90, "CONNACK PUBACK PUBREC DISCONNECT"},
        {0x91, "PUBACK PUBREC SUBACK UNSUBACK"},
        {0x92, "PUBREL PUBCOMP"},
        {0x93, "DISCONNECT"},
        {0x94, "DISCONNECT"},
        {0x95, "CONNACK PUBACK PUBREC DISCONNECT"},
        {0x96, "DISCONNECT"},
        {0x97, "CONNACK PUBACK PUBREC SUBACK DISCONNECT"},
        {0x98, "DISCONNECT"},
        {0x99, "CONNACK PUBACK PUBREC DISCONNECT"},
        {0x9A, "CONNACK DISCONNECT"},
        {0x9B, "CONNACK DISCONNECT"},
        {0x9C, "CONNACK DISCONNECT"},
        {0x9D, "CONNACK DISCONNECT"},
        {0x9E, "SUBACK DISCONNECT"},
        {0x9F, "CONNACK DISCONNECT"},
        {0xA0, "DISCONNECT"},
        {0xA1, "SUBACK DISCONNECT"},
        {0xA2, "SUBACK DISCONNECT"},
    };
    std::set<unsigned> listed;
    for (const auto& [code, packets] : expected) {
        CAPTURE(code);
        CHECK(packets_from_server(static_cast<ReasonCode>(code)) == packets);
        listed.insert(code);
    }
    for (unsigned code = 0; code <= 0xFF; ++code) {
        CAPTURE(code);
        if (!listed.contains(code)) CHECK(packets_from_server(static_cast<ReasonCode>(code)).empty());
    }
}

TEST_CASE("the DISCONNECT that answers a server's error says which one it was") {
    CHECK(reason_code(Errc::malformed_packet) == ReasonCode::malformed_packet);
    CHECK(reason_code(Errc::protocol_error) == ReasonCode::protocol_error);
    CHECK(reason_code(Errc::packet_too_large) == ReasonCode::packet_too_large);
    CHECK(reason_code(Errc::receive_maximum_exceeded) == ReasonCode::receive_maximum_exceeded);
    CHECK(reason_code(Errc::topic_alias_invalid) == ReasonCode::topic_alias_invalid);
    CHECK(reason_code(Errc::qos_2_answered_as_1) == ReasonCode::protocol_error);
    CHECK(reason_code(Errc::authentication_unsupported) == ReasonCode::bad_authentication_method);
    CHECK(reason_code(Errc::output_failed) == ReasonCode::unspecified_error);
    CHECK(reason_code(command_failed_with(2)) == ReasonCode::unspecified_error);
}

TEST_CASE("the DISCONNECT for any error is one that a client may send [MQTT-3.14.2.1]") {
    for (const ErrorInfo& error : error_table) {
        CAPTURE(error.name);
        Buffer packet;
        encode(packet, Disconnect{.reason_code = reason_code(error.code)}, ProtocolVersion::v5);
        Errc broken = Errc::ok;
        const auto frame = next_frame(packet.readable(), maximum_control_packet_size, broken);
        REQUIRE(frame);
        ClientDisconnect decoded;
        CHECK(decode(*frame, ProtocolVersion::v5, decoded) == Errc::ok);
        CHECK(is_failure(decoded.packet.reason_code));
        CHECK(sentence(decoded.packet.reason_code) != "unknown reason code");
    }
}

TEST_CASE("packet types have the specification's names") {
    CHECK(name(PacketType::connect) == "CONNECT");
    CHECK(name(PacketType::publish) == "PUBLISH");
    CHECK(name(PacketType::unsuback) == "UNSUBACK");
    CHECK(name(PacketType::auth) == "AUTH");
}

TEST_CASE("a set of packet types contains what it was made of") {
    constexpr PacketSet set = packets({PacketType::auth, will_properties});
    CHECK(contains(set, PacketType::auth));
    CHECK(contains(set, will_properties));
    CHECK_FALSE(contains(set, PacketType::connect));
    CHECK_FALSE(contains(packets({}), PacketType::auth));
}
