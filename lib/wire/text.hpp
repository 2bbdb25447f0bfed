// SPDX-License-Identifier: Apache-2.0
// Packets as text, for the log and for tests.
#pragma once

#include <string>
#include <string_view>

#include "wire/decode.hpp"

namespace mqtts::wire {

/// Returns one packet from either side as one line. Leaves out what is empty, success or off, and secrets (Password,
/// Authentication Data):
///
///     CONNECT clean keep-alive=60 id=x user=u password will=(t qos1 retain "gone") [receive-maximum=20]
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
[[nodiscard]] std::string to_text(const Frame& frame, ProtocolVersion version);

}  // namespace mqtts::wire
