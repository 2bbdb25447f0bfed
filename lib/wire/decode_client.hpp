// SPDX-License-Identifier: Apache-2.0
// Decodes the packets that a client sends: to log our own, and for servers in tests.
//
// The packets are views like those of wire/packet.hpp; lists are owned. PUBLISH and its acknowledgements are the same
// in both directions and are in wire/decode.hpp.
#pragma once

#include <string_view>
#include <vector>

#include "wire/decode.hpp"

namespace mqtts::wire {

struct ClientConnect {
    Connect packet{};
    ProtocolVersion version = ProtocolVersion::v5;
};

struct ClientSubscribe {
    std::vector<Subscription> subscriptions{};
    PropertiesView properties{};
    PacketIdentifier packet_identifier = 0;
};

struct ClientUnsubscribe {
    std::vector<std::string_view> topic_filters{};
    PropertiesView properties{};
    PacketIdentifier packet_identifier = 0;
};

struct ClientDisconnect {
    Disconnect packet{};
};

struct ClientAuth {
    Auth packet{};
};

// These are as strict as wire/decode.hpp.
[[nodiscard]] Errc decode(const Frame& frame, ClientConnect& packet);
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, ClientSubscribe& packet);
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, ClientUnsubscribe& packet);
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, ClientDisconnect& packet);
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, ClientAuth& packet);
[[nodiscard]] Errc decode(const Frame& frame, ProtocolVersion version, Pingreq& packet);

}  // namespace mqtts::wire
