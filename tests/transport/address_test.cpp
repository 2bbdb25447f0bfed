// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "net/address.hpp"
#include "net/endpoint.hpp"

using namespace mqtts::net;

TEST_CASE("an endpoint is host:port, with brackets around IPv6") {
    CHECK(to_string({.host = "broker.example"}) == "broker.example:8883");
    CHECK(to_string({.host = "192.0.2.1", .port = 1}) == "192.0.2.1:1");
    CHECK(to_string({.host = "::1", .port = 65535}) == "[::1]:65535");
}

TEST_CASE("IP literals are told from names") {
    for (const char* literal : {"127.0.0.1", "::1", "2001:db8::7", "fe80::1%lo", "::ffff:192.0.2.1"})
        CHECK(is_ip_literal(literal));
    for (const char* name : {"", "localhost", "127.1", "1.2.3.4.5", "127.0.0.1.", "[::1]", "300.0.0.1", "::g"})
        CHECK_FALSE(is_ip_literal(name));
}
