// SPDX-License-Identifier: Apache-2.0
// -L: everything about the broker and the topic in one word.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;

TEST_CASE("-L gives host, port and topic") {
    check({
        {.command = "mqtts-pub -L mqtts://localhost:$port/a/b -m x", .packets = {R"(PUBLISH qos0 a/b "x")"}},
        {.command = "mqtts-pub --url MQTTS://localhost:$port/a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub --url=mqtts://LocalHost:$port//a/ -m x", .packets = {R"(PUBLISH qos0 /a/ "x")"}},
        {.command = "mqtts-pub -L mqtts://localhost:$port/with%20blank%2Fslash%C3%9F -m x",
         .packets = {R"(PUBLISH qos0 with blank/slash\xc3\x9f "x")"}},
        {.command = "mqtts-sub -L mqtts://localhost:$port/a/# -C 1",
         .messages = {{"a/b", "x"}},
         .connect = connect_for_one,
         .packets = {"SUBSCRIBE 1 a/# qos0"},
         .output = "x\n"},
        {.command = "mqtts-sub -t a -L mqtts://localhost:$port/b/+ -t c -E",
         .packets = {"SUBSCRIBE 1 a qos0, b/+ qos0, c qos0"}},
    });
}

TEST_CASE("-L gives user name and password, percent-decoded") {
    check({
        {.command = "mqtts-pub -L mqtts://me:secret@localhost:$port/a -m x",
         .connect = "CONNECT clean keep-alive=60 id= user=me password; password=secret",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -L mqtts://me@localhost:$port/a -m x",
         .connect = "CONNECT clean keep-alive=60 id= user=me",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -L mqtts://me%40home:a%2Fb%3Ac%40d:e@localhost:$port/a -m x",
         .connect = "CONNECT clean keep-alive=60 id= user=me@home password; password=a/b:c@d:e",
         .packets = {R"(PUBLISH qos0 a "x")"}},
    });
}

TEST_CASE("what stands behind -L overrides it, and it what stands before") {
    check({
        {.command =
             "mqtts-pub -L mqtts://you:guess@nowhere.invalid:1/a -h localhost -p $port -u me -P secret -t b -m x",
         .connect = "CONNECT clean keep-alive=60 id= user=me password; password=secret",
         .packets = {R"(PUBLISH qos0 b "x")"}},
        {.command = "mqtts-pub -h nowhere.invalid -p 1 -u you -t b -L mqtts://me@localhost:$port/a -m x",
         .connect = "CONNECT clean keep-alive=60 id= user=me",
         .packets = {R"(PUBLISH qos0 a "x")"},
         .error = {"-h has no effect: a later -L", "-p has no effect", "-u has no effect", "-t has no effect"}},
    });
}

TEST_CASE("URLs that are refused") {
    check_refused({
        {"mqtts-pub -L mqtts://localhost -m x", {"topic"}},
        {"mqtts-pub -L mqtts://::1/a -m x", {"-L", "[::1]"}},
        {"mqtts-pub -L mqtt://localhost/a -m x", {"-L", "mqtts://"}},
        {"mqtts-pub -L ws://localhost/a -m x", {"-L", "unencrypted"}},
        {"mqtts-pub -L http://localhost/a -m x", {"-L", "http"}},
        {"mqtts-pub -L localhost/a -m x", {"-L", "mqtts://"}},
        {"mqtts-pub -L mqtts://localhost/a/# -m x", {"-L", "a/#"}},
        {"mqtts-pub -L mqtts://localhost:99999/a -m x", {"-L", "65535"}},
        {"mqtts-pub -L mqtts:///a -m x", {"-L", "host"}},
        {"mqtts-pub -L mqtts://localhost/a%zz -m x", {"-L", "%"}},
    });
}
