// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "support/hex.hpp"
#include "wire/decode.hpp"

using namespace mqtts;
using namespace mqtts::wire;
using mqtts::test::from_hex;

namespace {

constexpr std::size_t unlimited = 5 + std::size_t{maximum_remaining_length};

/// "needs more", the name of the error, or the packet's name and size.
std::string first_frame(std::string_view hex, std::size_t maximum_packet_size = unlimited) {
    const std::string bytes = from_hex(hex);
    Errc error = Errc::internal;
    const auto frame = next_frame(bytes, maximum_packet_size, error);
    if (frame) return std::string(name(frame->type)) + ' ' + std::to_string(frame->size);
    return error == Errc::ok ? "needs more" : std::string(describe(error).name);
}

}  // namespace

TEST_CASE("a frame is one packet, and what follows is left alone") {
    const std::string bytes = from_hex("32 05 00 01 61 00 01 d0 00");
    Errc error = Errc::internal;
    const auto frame = next_frame(bytes, unlimited, error);
    REQUIRE(frame);
    CHECK(error == Errc::ok);
    CHECK(frame->type == PacketType::publish);
    CHECK(frame->flags == 2);
    CHECK(frame->body == std::string_view(bytes).substr(2, 5));
    CHECK(frame->body.data() == bytes.data() + 2);
    CHECK(frame->size == 7);
}

TEST_CASE("a packet that is not there yet needs more bytes") {
    CHECK(first_frame("") == "needs more");
    CHECK(first_frame("30") == "needs more");
    CHECK(first_frame("30 80") == "needs more");
    CHECK(first_frame("30 80 80") == "needs more");
    CHECK(first_frame("30 ff ff ff") == "needs more");
    CHECK(first_frame("30 ff ff ff 7f") == "needs more");
    CHECK(first_frame("30 03 00 01") == "needs more");
    CHECK(first_frame("30 03 00 01 61") == "PUBLISH 5");
}

TEST_CASE("a Remaining Length has one to four bytes, and no more than it needs [MQTT-1.5.5-1]") {
    CHECK(first_frame("d0 00") == "PINGRESP 2");
    CHECK(first_frame("30 80 80 80 80") == "malformed_packet");
    CHECK(first_frame("30 ff ff ff ff") == "malformed_packet");
    CHECK(first_frame("d0 80 00") == "malformed_packet");
    CHECK(first_frame("30 83 80 00 00 01 61") == "malformed_packet");
    CHECK(first_frame("30 80 00 80") == "malformed_packet");
}

TEST_CASE("fixed flags that are not as the specification fixes them are malformed [MQTT-2.1.3-1]") {
    for (unsigned type = 0; type <= 15; ++type) {
        for (unsigned flags = 0; flags <= 15; ++flags) {
            const std::string bytes = {static_cast<char>(type << 4 | flags), '\0'};
            const auto packet_type = static_cast<PacketType>(type);
            const bool valid = packet_type == PacketType::publish ||
                               (packet_type == PacketType::pubrel || packet_type == PacketType::subscribe ||
                                        packet_type == PacketType::unsubscribe
                                    ? flags == 2
                                    : type != 0 && flags == 0);
            CAPTURE(type);
            CAPTURE(flags);
            Errc error = Errc::internal;
            CHECK(next_frame(bytes, unlimited, error).has_value() == valid);
            CHECK(error == (valid ? Errc::ok : Errc::malformed_packet));
            // The first byte alone is enough to know.
            CHECK_FALSE(next_frame(std::string_view(bytes).substr(0, 1), unlimited, error));
            CHECK(error == (valid ? Errc::ok : Errc::malformed_packet));
        }
    }
}

TEST_CASE("a packet that is too large is refused as soon as its length is known [MQTT-3.1.2-24]") {
    CHECK(first_frame("30 08", 10) == "needs more");
    CHECK(first_frame("30 09", 10) == "packet_too_large");
    CHECK(first_frame("30 03 00 01 61", 5) == "PUBLISH 5");
    CHECK(first_frame("30 03 00 01 61", 4) == "packet_too_large");
    CHECK(first_frame("20 03 00 00 00", 4) == "packet_too_large");
    CHECK(first_frame("30 ff ff ff 7f", unlimited - 1) == "packet_too_large");
}

TEST_CASE("no packet but PUBLISH is taken above one mebibyte") {
    CHECK(maximum_control_packet_size == 1'048'576);
    CHECK(first_frame("20 fc ff 3f") == "needs more");        // 1048576 in all
    CHECK(first_frame("20 fd ff 3f") == "packet_too_large");  // one more
    CHECK(first_frame("90 ff ff ff 7f") == "packet_too_large");
    CHECK(first_frame("30 fd ff 3f") == "needs more");
}

TEST_CASE("an empty view that owns nothing needs more") {
    Errc error = Errc::internal;
    CHECK_FALSE(next_frame({}, unlimited, error));
    CHECK(error == Errc::ok);
}

TEST_CASE("what the short ways take is what the long way takes") {
    for (const unsigned first : {0x30U, 0x31U, 0x3fU, 0x40U, 0x41U, 0x50U, 0x60U, 0x62U, 0x70U, 0x90U}) {
        for (const char length : {'\x00', '\x01', '\x02', '\x03', '\x7f', '\x80'}) {
            for (const std::size_t size : {0U, 1U, 2U, 3U, 4U, 5U, 128U, 129U, 200U}) {
                std::string bytes(size, '\x01');
                if (size > 0) bytes[0] = static_cast<char>(first);
                if (size > 1) bytes[1] = length;
                Errc error = Errc::ok;
                const auto frame = next_frame(bytes, 100, error);
                if (const auto message = next_short_publish(bytes, 100)) {
                    REQUIRE(frame.has_value());
                    CHECK(frame->type == PacketType::publish);
                    CHECK(message->flags == frame->flags);
                    CHECK(message->body == frame->body);
                    CHECK(message->size == frame->size);
                } else {
                    CHECK_FALSE((frame && frame->type == PacketType::publish && frame->size < 100));
                }
                if (const auto short_one = next_short_acknowledgement(bytes)) {
                    REQUIRE(frame.has_value());
                    CHECK(frame->size == ShortAcknowledgement::size);
                    for (const ProtocolVersion version : {ProtocolVersion::v311, ProtocolVersion::v5}) {
                        Acknowledgement packet;
                        CHECK(decode(*frame, version, packet) == Errc::ok);
                        CHECK(packet.type == short_one->type);
                        CHECK(packet.packet_identifier == short_one->packet_identifier);
                        CHECK(packet.reason_code == ReasonCode::success);
                    }
                }
            }
        }
    }
    CHECK(next_short_acknowledgement(std::string_view("\x40\x02\x01\x02", 4))->packet_identifier == 0x102);
    CHECK_FALSE(next_short_acknowledgement(std::string_view("\x40\x02\0\0", 4)));  // [MQTT-2.2.1-3]
}
