// SPDX-License-Identifier: Apache-2.0
// Which destinations are reached without the proxy.
#include "net/no_proxy.hpp"

#include <doctest/doctest.h>

using namespace mqtts;

TEST_CASE("hosts that are reached without the proxy") {
    using net::goes_direct;
    CHECK(goes_direct({"*"}, "broker.example"));
    CHECK(goes_direct({"other", "broker.example"}, "Broker.Example"));
    CHECK(goes_direct({"EXAMPLE"}, "broker.example"));
    CHECK(goes_direct({".example"}, "broker.example"));
    CHECK(goes_direct({"*.example"}, "broker.example"));
    CHECK(goes_direct({"example."}, "broker.example"));
    CHECK(goes_direct({"broker.example"}, "broker.example."));
    CHECK(goes_direct({"broker.example:8883"}, "broker.example", 8883));
    CHECK(goes_direct({".example:8883"}, "broker.example", 8883));
    CHECK(goes_direct({"*:8883"}, "broker.example", 8883));
    CHECK(goes_direct({"192.0.2.1:8883"}, "192.0.2.1", 8883));
    CHECK(goes_direct({"[2001:db8::1]:8883"}, "2001:db8::1", 8883));
    CHECK(goes_direct({"fe80::/10"}, "fe80::1%eth0"));
    CHECK(goes_direct({"fe80::1"}, "fe80::1%eth0"));
    CHECK(goes_direct({"0.0.0.0/0"}, "192.0.2.1"));
    CHECK(goes_direct({"192.0.2.1"}, "192.0.2.1"));
    CHECK(goes_direct({"192.0.2.0/24"}, "192.0.2.200"));
    CHECK(goes_direct({"192.0.2.1/32"}, "192.0.2.1"));
    CHECK(goes_direct({"0:0::1"}, "::1"));
    CHECK(goes_direct({"[::1]"}, "::1"));
    CHECK(goes_direct({"2001:db8::/32"}, "2001:db8:1::1"));

    CHECK_FALSE(goes_direct({}, "broker.example"));
    CHECK_FALSE(goes_direct({""}, "broker.example"));
    CHECK_FALSE(goes_direct({"."}, "broker.example"));
    CHECK_FALSE(goes_direct({"*."}, "broker.example"));
    CHECK_FALSE(goes_direct({":8883"}, "broker.example", 8883));
    CHECK_FALSE(goes_direct({"broker.example:8883"}, "broker.example", 443));
    CHECK_FALSE(goes_direct({"broker.example:x", "broker.example:08883"}, "broker.example", 8883));
    CHECK_FALSE(goes_direct({"192.0.2.1:8883"}, "192.0.2.1", 443));
    CHECK_FALSE(goes_direct({"2001:db8::1:8883"}, "2001:db8::1", 8883));
    CHECK_FALSE(goes_direct({"*broker.example"}, "my.broker.example"));
    CHECK_FALSE(goes_direct({"ample"}, "broker.example"));
    CHECK_FALSE(goes_direct({"x.broker.example"}, "broker.example"));
    CHECK_FALSE(goes_direct({"0.2.1"}, "192.0.2.1"));
    CHECK_FALSE(goes_direct({"192.0.2.0/24", "192.0.2.0/99", "x/24"}, "192.0.3.1"));
    CHECK_FALSE(goes_direct({"192.0.2.0/24", "::/0x"}, "::1"));
}
