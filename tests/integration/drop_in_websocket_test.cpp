// SPDX-License-Identifier: Apache-2.0
// --ws and wss://: the same conversation, in a WebSocket.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;

TEST_CASE("--ws speaks MQTT in a WebSocket") {
    check({
        {.command = "mqtts-pub --ws -t a -m x", .upgrade = "GET /mqtt", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub --ws -t a -q 1 -l",
         .input = "1\n2\n",
         .upgrade = "GET /mqtt",
         .connect = lasting_connect,
         .packets = {R"(PUBLISH 1 qos1 a "1")", R"(PUBLISH 2 qos1 a "2")"},
         .disconnect = lasting_disconnect},
        {.command = "mqtts-pub --ws -V 311 -t a -q 2 -m x",
         .upgrade = "GET /mqtt",
         .connect = "CONNECT 3.1.1 clean keep-alive=60 id=",
         .packets = {R"(PUBLISH 1 qos2 a "x")"},
         .disconnect = "DISCONNECT"},
        {.command = "mqtts-sub --ws -t a -C 2",
         .messages = {{"a", "x"}, {"a", "y"}},
         .upgrade = "GET /mqtt",
         .connect = connect_for_two,
         .packets = {"SUBSCRIBE 1 a qos0"},
         .output = "x\ny\n"},
    });
}

TEST_CASE("wss:// does, too, and what follows the slash is the topic") {
    check({
        {.command = "mqtts-pub -L wss://localhost:$port/a/b -m x",
         .upgrade = "GET /mqtt",
         .packets = {R"(PUBLISH qos0 a/b "x")"}},
        {.command = "mqtts-sub -L WSS://me:secret@localhost:$port/a/# -C 1",
         .messages = {{"a/b", "x"}},
         .upgrade = "GET /mqtt",
         .connect = "CONNECT clean keep-alive=60 id= user=me password [receive-maximum=1]; password=secret",
         .packets = {"SUBSCRIBE 1 a/# qos0"},
         .output = "x\n"},
        {.command = "mqtts-pub --ws -L mqtts://localhost:$port/a -m x",
         .packets = {R"(PUBLISH qos0 a "x")"},
         .error = {"--ws has no effect: the scheme of -L is mqtts"}},
        {.command = "mqtts-sub -L wss://localhost:$port/mqtt -t real -E",
         .upgrade = "GET /mqtt",
         .packets = {"SUBSCRIBE 1 mqtt qos0, real qos0"},
         .error = {"-L subscribes to 'mqtt', too; give the path of a WebSocket with --ws-path"}},
        {.command = "mqtts-pub -L wss://localhost:$port/mqtt -t real -m x",
         .upgrade = "GET /mqtt",
         .packets = {R"(PUBLISH qos0 real "x")"},
         .error = {"the topic 'mqtt' of -L has no effect: -t gives another one"}},
    });
}

TEST_CASE("--ws-path and --ws-header") {
    check({
        {.command = "mqtts-pub --ws --ws-path /iot?x=1 -t a -m x",
         .upgrade = "GET /iot?x=1",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -L wss://localhost:$port/a --ws-header 'Authorization: Bearer x' -m x",
         .upgrade = "GET /mqtt; Authorization=Bearer x",
         .packets = {R"(PUBLISH qos0 a "x")"}},
    });
    check_refused({
        {"mqtts-pub --ws-path /x -t a -m x", {"--ws-path", "--ws,"}},
        {"mqtts-pub --ws --ws-path x -t a -m x", {"--ws-path", "/"}},
        {"mqtts-pub --ws --ws-header 'Host: x' -t a -m x", {"--ws-header", "Host"}},
        {"mqtts-pub -L ws://localhost/a -m x", {"-L", "unencrypted", "wss://"}},
    });
}
