// SPDX-License-Identifier: Apache-2.0
// The way to the broker.
#include <doctest/doctest.h>

#include "integration/drop_in.hpp"

using namespace mqtts::test;

TEST_CASE("-A and its like change the way, and nothing of what is said") {
    check({
        {.command = "mqtts-pub -A 127.0.0.1 -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-sub -A localhost -t a -E", .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-pub --bind-address=127.0.0.2 -t a -m x", .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub --ipv6 --ipv4 -t a -m x",
         .packets = {R"(PUBLISH qos0 a "x")"},
         .error = {"mqtts-pub: --ipv6 has no effect: a later --ipv4 overrides it\n"}},
        {.command = "mqtts-pub -h localhost -p 1 --connect-to 127.0.0.1:$port -t a -m x",
         .packets = {R"(PUBLISH qos0 a "x")"}},
        {.command = "mqtts-pub -h localhost:$port -p 1 -t a -m x",
         .packets = {R"(PUBLISH qos0 a "x")"},
         .error = {"-p has no effect: each host of -h has its own port"}},
    });
}

TEST_CASE("-A of somebody else, and a proxy that is not there") {
    check({
        {.command = "mqtts-pub -A 192.0.2.1 -t a -m x",
         .connect = "",
         .error = {"from 192.0.2.1", "cannot assign requested address"},
         .status = 4},
        {.command = "mqtts-pub --proxy socks5h://me:secret@127.0.0.1:1 -t a -m x",
         .connect = "",
         .error = {"proxy socks5h://127.0.0.1:1: ", "connection refused"},
         .status = 4},
        {.command = "mqtts-sub -t a -E",
         .environment = {"ALL_PROXY=socks5h://127.0.0.1:1", "NO_PROXY=.example, localhost"},
         .packets = {"SUBSCRIBE 1 a qos0"}},
        {.command = "mqtts-pub --proxy '' -t a -m x",
         .environment = {"ALL_PROXY=socks5h://127.0.0.1:1"},
         .packets = {R"(PUBLISH qos0 a "x")"}},
    });
}

TEST_CASE("ways that are none") {
    check_refused({
        {"mqtts-pub --proxy https://localhost:1 -t a -m x", {"--proxy", "https://", "http://"}},
        {"mqtts-pub --proxy socks5h://localhost:0 -t a -m x", {"--proxy", "65535"}},
        {"mqtts-pub -A '' -t a -m x", {"-A", "empty"}},
        {"mqtts-pub --connect-to localhost -t a -m x", {"--connect-to", "port"}},
        {"mqtts-pub -h a,b --connect-to localhost:1 -t a -m x", {"--connect-to", "-h"}},
        {"mqtts-pub -h a, -t a -m x", {"-h", "empty"}},
        {"mqtts-pub -h a:b -t a -m x", {"-h", "65535"}},
    });
}
