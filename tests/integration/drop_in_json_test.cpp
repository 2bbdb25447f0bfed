// SPDX-License-Identifier: Apache-2.0
// %j, %J and --pretty.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;
using namespace std::string_view_literals;

TEST_CASE("%j: the keys and their order") {
    check_printed({
        {"-N -F %j", {"a", "x"}, R"({"tst":"…+0000","topic":"a","qos":0,"retain":false,"payloadlen":1,"payload":"x"})"},
        {"-N -F %j",
         {"a/b", "", 2, true},
         R"({"tst":"…+0000","topic":"a/b","qos":2,"retain":true,"payloadlen":0,"mid":1,"payload":null})"},
        {"-N -F %j",
         {"f/topic",
          "he\"llo",
          1,
          false,
          {{"content-type", "text/plain"},
           {"correlation-data", "cor"},
           {"payload-format-indicator", "1"},
           {"response-topic", "re/ply"},
           {"user-property", "k1", "v1"},
           {"user-property", "k2", "v2"},
           {"user-property", "k1", "v3"},
           {"message-expiry-interval", "100"},
           {"subscription-identifier", "7"}}},
         R"({"tst":"…+0000","topic":"f/topic","qos":1,"retain":false,"payloadlen":6,"mid":1,"properties":)"
         R"({"content-type":"text/plain","correlation-data":"cor","payload-format-indicator":1,)"
         R"("response-topic":"re/ply","user-properties":[{"k1":"v1"},{"k2":"v2"},{"k1":"v3"}],)"
         R"("message-expiry-interval":100,"subscription-identifier":7},"payload":"he\"llo"})"},
    });
}

TEST_CASE("%j: any payload is valid JSON") {
    check_printed({
        {"-N -F %j", {"a", "\"\\\b\f\n\r\t\x01/ä"}, R"({"tst":"…,"payloadlen":11,"payload":"\"\\\b\f\n\r\t\u0001/ä"})"},
        {"-N -F %j", {"a", "nul\0!"sv}, R"({"tst":"…,"payloadlen":5,"payload":"nul\u0000!"})"},
        {"-N -F %j", {"a", "\xff\xfe"}, R"({"tst":"…,"payloadlen":2,"payload-base64":"//4="})"},
        {"-N -F %j",
         {"a", "x", 0, false, {{"correlation-data", "\xff\0"sv}}},
         R"({"tst":"…,"properties":{"correlation-data-base64":"/wA="},"payload":"x"})"},
    });
}

TEST_CASE("%J: a payload that is JSON is embedded, its numbers untouched") {
    check_printed({
        {"-N -F %J",
         {"a", " { \"a\" : [ 1.10, 1e400, 12345678901234567890, true, null ] } "},
         R"({"tst":"…,"payload":{"a":[1.10,1e400,12345678901234567890,true,null]}})"},
        {"-N -F %J", {"a", "\"x\""}, R"({"tst":"…,"payload":"x"})"},
        {"-N -F %J", {"a", ""}, R"({"tst":"…,"payloadlen":0,"payload":null})"},
    });
    check({
        {.command = "mqtts-sub -t a -N -F %J -C 1",
         .messages = {{"a", "no json"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a qos0"},
         .output = R"({"tst":"…,"payload":"no json"})",
         .error = {"JSON"}},
    });
}

TEST_CASE("--pretty lays JSON out for people") {
    check_printed({
        {"--pretty -F %j",
         {"a", "x", 0, false, {{"user-property", "k", "v"}, {"user-property", "l", "w"}}},
         "{\n\t\"tst\":\t\"…\",\n\t\"topic\":\t\"a\",\n\t\"qos\":\t0,\n\t\"retain\":\tfalse,\n\t\"payloadlen\":\t1,\n"
         "\t\"properties\":\t{\n\t\t\"user-properties\":\t[{\n\t\t\t\t\"k\":\t\"v\"\n\t\t\t}, "
         "{\n\t\t\t\t\"l\":\t\"w\"\n"
         "\t\t\t}]\n\t},\n\t\"payload\":\t\"x\"\n}\n"},
        {"--pretty --quiet", {"a", "{\"a\":1}"}, "{\"a\":1}\n"},
        {"-F '%p %l' --pretty --quiet -N", {"a", "x"}, "x 1"},
    });
}
