// SPDX-License-Identifier: Apache-2.0
// One packet a line: version, bytes by hand, and what they say. Both directions, every packet, every form.
#pragma once

#include <string_view>

#include "unit/wire_versions.hpp"

namespace mqtts::test {

struct Sample {
    wire::ProtocolVersion version;
    std::string_view hex;
    std::string_view text;
};

// clang-format off
inline constexpr Sample samples[] = {
    {v31, "10 10 00 06 4d 51 49 73 64 70 03 02 00 3c 00 02 69 64", "CONNECT 3.1 clean keep-alive=60 id=id"},
    {v311, "10 0e 00 04 4d 51 54 54 04 02 00 3c 00 02 69 64", "CONNECT 3.1.1 clean keep-alive=60 id=id"},
    {v311, "10 1d 00 04 4d 51 54 54 04 ec 12 34 00 01 63 00 01 74 00 04 67 6f 6e 65 00 01 75 00 02 70 77",
     "CONNECT 3.1.1 keep-alive=4660 id=c user=u password will=(t qos1 retain \"gone\")"},
    {v5, "10 0f 00 04 4d 51 54 54 05 02 00 3c 00 00 02 69 64", "CONNECT clean keep-alive=60 id=id"},
    {v5, "10 29 00 04 4d 51 54 54 05 ec 12 34 05 11 00 00 00 0a 00 01 63 05 18 00 00 00 05 00 01 74 00 04 67 6f 6e 65 "
         "00 01 75 00 02 70 77",
     "CONNECT keep-alive=4660 id=c user=u password will=(t qos1 retain \"gone\" [will-delay-interval=5]) "
     "[session-expiry-interval=10]"},
    {v31, "20 02 00 00", "CONNACK 0x00"},
    {v311, "20 02 01 00", "CONNACK 0x00 session-present"},
    {v311, "20 02 00 05", "CONNACK 0x87"},
    {v5, "20 03 00 00 00", "CONNACK 0x00"},
    {v5, "20 10 01 00 0d 21 00 14 27 00 01 00 00 22 00 0a 24 01",
     "CONNACK 0x00 session-present [receive-maximum=20 maximum-packet-size=65536 topic-alias-maximum=10 maximum-qos=1]"},
    {v5, "20 09 00 87 06 1f 00 03 62 61 64", "CONNACK 0x87 [reason-string=\"bad\"]"},
    {v5, "20 09 00 00 06 1a 00 03 72 2f 61", "CONNACK 0x00 [response-information=\"r/a\"]"},
    {v5, "20 02 00 01", "CONNACK 0x84"},
    {v31, "30 04 00 01 61 78", "PUBLISH qos0 a \"x\""},
    {v311, "30 07 00 03 61 2f 62 68 69", "PUBLISH qos0 a/b \"hi\""},
    {v311, "3b 06 00 01 61 00 02 78", "PUBLISH 2 qos1 dup retain a \"x\""},
    {v311, "34 05 00 01 61 ff ff", "PUBLISH 65535 qos2 a \"\""},
    {v5, "30 06 00 01 61 00 22 0a", "PUBLISH qos0 a \"\\\"\\x0a\""},
    {v5, "30 07 00 00 03 23 00 05 78", "PUBLISH qos0 \"\" \"x\" [topic-alias=5]"},
    {v5, "32 36 00 01 61 00 01 2e 01 01 02 00 00 00 3c 23 00 01 08 00 03 72 2f 74 09 00 02 00 ff 26 00 01 6b 00 01 76 "
         "0b 80 01 0b 01 03 00 0a 74 65 78 74 2f 70 6c 61 69 6e 78 79",
     "PUBLISH 1 qos1 a \"xy\" [payload-format-indicator=1 message-expiry-interval=60 topic-alias=1 "
     "response-topic=\"r/t\" correlation-data=\"\\x00\\xff\" user-property=\"k\":\"v\" subscription-identifier=128 "
     "subscription-identifier=1 content-type=\"text/plain\"]"},
    {v311, "30 05 00 03 61 2f 23", "PUBLISH (protocol_error)"},
    {v311, "40 02 00 01", "PUBACK 1"},
    {v5, "40 02 00 01", "PUBACK 1"},
    {v5, "40 03 00 01 10", "PUBACK 1 0x10"},
    {v5, "40 04 00 01 87 00", "PUBACK 1 0x87"},
    {v5, "40 0b 00 01 87 07 1f 00 04 6e 6f 70 65", "PUBACK 1 0x87 [reason-string=\"nope\"]"},
    {v311, "50 02 00 02", "PUBREC 2"},
    {v5, "50 03 00 02 91", "PUBREC 2 0x91"},
    {v311, "62 02 00 03", "PUBREL 3"},
    {v5, "62 03 00 03 92", "PUBREL 3 0x92"},
    {v311, "70 02 00 03", "PUBCOMP 3"},
    {v5, "70 04 00 03 00 00", "PUBCOMP 3"},
    {v311, "82 0a 00 01 00 01 61 01 00 01 62 02", "SUBSCRIBE 1 a qos1, b qos2"},
    {v5, "82 11 00 0a 02 0b 05 00 03 61 2f 23 2d 00 03 62 2f 2b 10",
     "SUBSCRIBE 10 a/# qos1 no-local retain-as-published retain-handling=2, b/+ qos0 retain-handling=1 "
     "[subscription-identifier=5]"},
    {v311, "90 05 00 01 00 02 80", "SUBACK 1 0x00 0x02 0x80"},
    {v5, "90 0a 00 01 04 1f 00 01 61 01 87 9e", "SUBACK 1 0x01 0x87 0x9e [reason-string=\"a\"]"},
    {v311, "a2 08 00 0b 00 01 61 00 01 62", "UNSUBSCRIBE 11 a, b"},
    {v5, "a2 06 00 0b 00 00 01 61", "UNSUBSCRIBE 11 a"},
    {v311, "b0 02 00 0b", "UNSUBACK 11"},
    {v5, "b0 05 00 0b 00 00 11", "UNSUBACK 11 0x00 0x11"},
    {v311, "c0 00", "PINGREQ"},
    {v5, "d0 00", "PINGRESP"},
    {v311, "e0 00", "DISCONNECT"},
    {v5, "e0 00", "DISCONNECT 0x00"},
    {v5, "e0 01 04", "DISCONNECT 0x04"},
    {v5, "e0 01 8e", "DISCONNECT 0x8e"},
    {v5, "e0 07 00 05 11 00 00 00 0a", "DISCONNECT 0x00 [session-expiry-interval=10]"},
    {v5, "e0 06 9d 04 1c 00 01 78", "DISCONNECT 0x9d [server-reference=\"x\"]"},
    {v5, "f0 00", "AUTH 0x00"},
    {v5, "f0 0a 18 08 15 00 01 4d 16 00 01 00",
     "AUTH 0x18 [authentication-method=\"M\" authentication-data]"},
    {v5, "f0 06 19 04 15 00 01 4d", "AUTH 0x19 [authentication-method=\"M\"]"},
};
// clang-format on

}  // namespace mqtts::test
