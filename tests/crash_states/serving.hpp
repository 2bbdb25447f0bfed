// SPDX-License-Identifier: Apache-2.0
// A scripted broker that takes whatever mqtts-pub publishes.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "support/scripted_broker.hpp"

namespace mqtts::test::crash {

/// Takes the next connection.
inline void accept_publisher(ScriptedBroker& broker, bool session_present = false) {
    broker.accept();
    CHECK(broker.receive().starts_with("CONNECT "));
    broker.send(wire::Connack{.session_present = session_present});
}

/// Returns the Packet Identifier in the text of a packet: "PUBLISH 7 qos1 a "x"".
inline wire::PacketIdentifier identifier_in(const std::string& packet) {
    return static_cast<wire::PacketIdentifier>(std::stoul(packet.substr(packet.find(' ') + 1)));
}

inline void answer(ScriptedBroker& broker, wire::PacketType type, wire::PacketIdentifier identifier) {
    broker.send(wire::Acknowledgement{.type = type, .packet_identifier = identifier});
}

/// Acknowledges the packet, if it wants that.
inline void acknowledge(ScriptedBroker& broker, const std::string& packet) {
    using wire::PacketType;
    if (packet.starts_with("PUBREL")) answer(broker, PacketType::pubcomp, identifier_in(packet));
    if (!packet.starts_with("PUBLISH ")) return;
    const bool is_exactly_once = packet.find(" qos2 ") != packet.npos;
    answer(broker, is_exactly_once ? PacketType::pubrec : PacketType::puback, identifier_in(packet));
}

/// Acknowledges everything, until the client leaves in order.
inline void serve_to_the_end(ScriptedBroker& broker) {
    for (std::string packet; !packet.starts_with("DISCONNECT"); acknowledge(broker, packet)) {
        packet = broker.receive();
        REQUIRE(packet != "lost");
    }
    broker.close();
}

}  // namespace mqtts::test::crash
