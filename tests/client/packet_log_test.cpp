// SPDX-License-Identifier: Apache-2.0
// The packets of a connection as -d tells them.
#include "client/packet_log.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/captured_log.hpp"
#include "support/server_wire.hpp"

using namespace mqtts;
using client::PacketLog;
using test::CapturedLog;

namespace {

constexpr auto v5 = wire::ProtocolVersion::v5;

std::string bytes_of_ping() {
    Buffer bytes;
    test::encode(bytes, wire::Pingreq{}, v5);
    return std::string(bytes.readable());
}

}  // namespace

TEST_CASE("a packet is told once, although it stays in the output") {
    CapturedLog captured(Log::Level::debug);
    PacketLog log(captured.log);
    std::string output = bytes_of_ping();
    log.sending(output, v5);
    log.sending(output, v5);
    CHECK(captured.told() == "debug: sent PINGREQ");
    output += bytes_of_ping();
    log.sending(output, v5);
    CHECK(captured.told() == "debug: sent PINGREQ");
}

TEST_CASE("what was sent makes room for what comes behind it") {
    CapturedLog captured(Log::Level::debug);
    PacketLog log(captured.log);
    const std::string ping = bytes_of_ping();
    log.sending(ping + ping, v5);
    log.sent(ping.size());
    log.sending(ping + ping, v5);  // the second of those, and a third
    CHECK(captured.told() == "debug: sent PINGREQ; debug: sent PINGREQ; debug: sent PINGREQ");
}

TEST_CASE("the session may drop its output, and a new connection begins anew") {
    CapturedLog captured(Log::Level::debug);
    PacketLog log(captured.log);
    log.sending(bytes_of_ping(), v5);
    log.sending("", v5);
    log.sending(bytes_of_ping(), v5);
    log.reset();
    log.sending(bytes_of_ping(), v5);
    CHECK(captured.told() == "debug: sent PINGREQ; debug: sent PINGREQ; debug: sent PINGREQ");
}

TEST_CASE("of what was received only complete packets are told") {
    CapturedLog captured(Log::Level::debug);
    const PacketLog log(captured.log);
    Buffer bytes;
    test::encode(bytes, wire::Pingresp{}, v5);
    log.received(std::string(bytes.readable()) + "\xd0", v5);
    CHECK(captured.told() == "debug: received PINGRESP");
}
