// The server's half of the codec, for tests: what only a server sends is encoded, what only a client sends is decoded,
// and any packet becomes one line of text, so that a test compares packets as it compares strings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "base/error.hpp"
#include "wire/decode.hpp"
#include "wire/encode.hpp"

namespace mqtts::test {

using wire::decode;  // PUBLISH and PUBACK to PUBCOMP look the same from both sides,
using wire::encode;  // and so do DISCONNECT and AUTH when they are encoded

void encode(Buffer& to, const wire::Connack& packet, wire::ProtocolVersion version);
void encode(Buffer& to, const wire::SubscriptionAnswer& packet, wire::ProtocolVersion version);
void encode(Buffer& to, const wire::Pingresp& packet, wire::ProtocolVersion version);

// Views like those of wire/packet.hpp; the lists are owned.

struct ClientConnect {
    wire::Connect packet{};
    wire::ProtocolVersion version = wire::ProtocolVersion::v5;
};

struct ClientSubscribe {
    std::vector<wire::Subscription> subscriptions{};
    wire::PropertiesView properties{};
    wire::PacketIdentifier packet_identifier = 0;
};

struct ClientUnsubscribe {
    std::vector<std::string_view> topic_filters{};
    wire::PropertiesView properties{};
    wire::PacketIdentifier packet_identifier = 0;
};

struct ClientDisconnect {
    wire::Disconnect packet{};
};

struct ClientAuth {
    wire::Auth packet{};
};

// As strict as wire/decode.hpp: a client that sends what the specification forbids fails its test.
[[nodiscard]] Errc decode(const wire::Frame& frame, ClientConnect& packet);
[[nodiscard]] Errc decode(const wire::Frame& frame, wire::ProtocolVersion version, ClientSubscribe& packet);
[[nodiscard]] Errc decode(const wire::Frame& frame, wire::ProtocolVersion version, ClientUnsubscribe& packet);
[[nodiscard]] Errc decode(const wire::Frame& frame, wire::ProtocolVersion version, ClientDisconnect& packet);
[[nodiscard]] Errc decode(const wire::Frame& frame, wire::ProtocolVersion version, ClientAuth& packet);
[[nodiscard]] Errc decode(const wire::Frame& frame, wire::ProtocolVersion version, wire::Pingreq& packet);

/// One packet from either side as one line; what is empty, success or off is left out:
///
///     CONNECT clean keep-alive=60 id=x user=u password="p" will=(t qos1 retain "gone") [receive-maximum=20]
///     CONNECT 3.1.1 keep-alive=0 id=x
///     CONNACK 0x00 session-present [topic-alias-maximum=10]
///     PUBLISH qos0 a "payload"
///     PUBLISH 2 qos1 dup retain a "payload" [user-property="k":"v"]
///     PUBACK 1            PUBREC 1 0x87 [reason-string="no"]
///     SUBSCRIBE 1 a/b qos1, c qos2 no-local retain-as-published retain-handling=2 [subscription-identifier=5]
///     SUBACK 1 0x01 0x87
///     UNSUBSCRIBE 1 a/b, c
///     DISCONNECT 0x00     DISCONNECT (MQTT 3)
///
/// Bytes outside printable ASCII become \xNN; a payload of more than 64 bytes becomes <N bytes>; a packet that cannot
/// be decoded becomes "PUBLISH (malformed_packet)".
[[nodiscard]] std::string to_text(const wire::Frame& frame, wire::ProtocolVersion version);

/// All packets in `bytes`, separated by "; ". An incomplete one at the end becomes "(N more bytes)".
[[nodiscard]] std::string to_text(std::string_view bytes, wire::ProtocolVersion version);

}  // namespace mqtts::test
