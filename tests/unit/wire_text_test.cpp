// SPDX-License-Identifier: Apache-2.0
// The samples read as they should: the decoders agree with bytes written by hand, and so do the tests that compare
// text.
#include <doctest/doctest.h>

#include <string>

#include "support/hex.hpp"
#include "support/server_wire.hpp"
#include "unit/wire_samples.hpp"

using namespace mqtts;
using namespace mqtts::test;
using namespace mqtts::wire;

TEST_CASE("each sample packet reads as it should") {
    for (const Sample& sample : samples) {
        CAPTURE(sample.hex);
        CHECK(to_text(from_hex(sample.hex), sample.version) == sample.text);
    }
}

TEST_CASE("packets in a row are separated, and a rest is counted") {
    const std::string bytes = from_hex("20 02 00 00 c0 00 30 03 00 01 61 30 05");
    CHECK(to_text(bytes, v311) == "CONNACK 0x00; PINGREQ; PUBLISH qos0 a \"\"; (2 more bytes)");
    CHECK(to_text(from_hex("c0 00 00 00"), v311) == "PINGREQ; (malformed_packet)");
    CHECK(to_text(std::string_view(), v5).empty());
}

TEST_CASE("long payloads are counted") {
    Buffer buffer;
    const std::string payload(65, 'x');
    encode(buffer, Publish{.topic_name = "a", .payload = payload}, v5);
    CHECK(to_text(buffer.readable(), v5) == "PUBLISH qos0 a <65 bytes>");
}

TEST_CASE("what a client must not send is an error on the server's side") {
    const auto text = [](std::string_view hex, ProtocolVersion version) { return to_text(from_hex(hex), version); };
    // CONNECT: flags [MQTT-3.1.2-3] [MQTT-3.1.2-11 to -13], protocol, missing parts
    CHECK(text("10 0e 00 04 4d 51 54 54 04 03 00 3c 00 02 69 64", v311) == "CONNECT (malformed_packet)");
    CHECK(text("10 0e 00 04 4d 51 54 54 04 22 00 3c 00 02 69 64", v311) == "CONNECT (malformed_packet)");
    CHECK(text("10 0e 00 04 4d 51 54 54 04 42 00 3c 00 02 69 64", v311) == "CONNECT (malformed_packet)");
    CHECK(text("10 0e 00 04 4d 51 54 54 03 02 00 3c 00 02 69 64", v311) == "CONNECT (protocol_error)");
    CHECK(text("10 0e 00 04 4d 51 54 54 06 02 00 3c 00 02 69 64", v311) == "CONNECT (protocol_error)");
    // SUBSCRIBE: nothing asked for, no Packet Identifier, QoS 3, reserved options, a filter that is none
    CHECK(text("82 02 00 01", v311) == "SUBSCRIBE (protocol_error)");
    CHECK(text("82 06 00 00 00 01 61 00", v311) == "SUBSCRIBE (protocol_error)");
    CHECK(text("82 06 00 01 00 01 61 03", v311) == "SUBSCRIBE (malformed_packet)");
    CHECK(text("82 06 00 01 00 01 61 04", v311) == "SUBSCRIBE (malformed_packet)");
    CHECK(text("82 07 00 01 00 00 01 61 40", v5) == "SUBSCRIBE (malformed_packet)");
    CHECK(text("82 07 00 01 00 00 01 61 30", v5) == "SUBSCRIBE (malformed_packet)");
    CHECK(text("82 07 00 01 00 02 61 23 00", v311) == "SUBSCRIBE (malformed_packet)");
    CHECK(text("a2 02 00 01", v311) == "UNSUBSCRIBE (protocol_error)");
    CHECK(text("c0 01 00", v311) == "PINGREQ (malformed_packet)");
}
