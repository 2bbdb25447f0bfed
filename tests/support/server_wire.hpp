// SPDX-License-Identifier: Apache-2.0
// The server's half of the codec, for tests: what only a server sends is encoded here, what only a client sends is
// decoded by wire/decode_client.hpp, and any packet becomes one line of text, so that a test compares packets as it
// compares strings.
#pragma once

#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "wire/decode_client.hpp"
#include "wire/encode.hpp"
#include "wire/text.hpp"

namespace mqtts::test {

using wire::ClientAuth;
using wire::ClientConnect;
using wire::ClientDisconnect;
using wire::ClientSubscribe;
using wire::ClientUnsubscribe;
using wire::decode;
using wire::encode;  // PUBLISH, PUBACK to PUBCOMP, DISCONNECT and AUTH are encoded alike on both sides
using wire::to_text;

void encode(Buffer& to, const wire::Connack& packet, wire::ProtocolVersion version);
void encode(Buffer& to, const wire::SubscriptionAnswer& packet, wire::ProtocolVersion version);
void encode(Buffer& to, const wire::Pingresp& packet, wire::ProtocolVersion version);

/// All packets in `bytes`, separated by "; ". An incomplete one at the end becomes "(N more bytes)".
[[nodiscard]] std::string to_text(std::string_view bytes, wire::ProtocolVersion version);

}  // namespace mqtts::test
