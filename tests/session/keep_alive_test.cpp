// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "session/script.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using test::Script;

TEST_CASE("a PINGREQ is due one Keep Alive after the last [MQTT-3.1.2-20]") {
    session::Settings settings;
    settings.keep_alive = 10;
    Script s(settings);
    s.now += 5s;
    s.connect();
    CHECK(s.session.keep_alive().next_ping() == s.now + 10s);
    s.pass(10s);
    s.session.ping(s.now);
    CHECK(s.sent() == "PINGREQ");
    CHECK(s.session.keep_alive().awaiting_pingresp());
    CHECK(s.session.keep_alive().next_ping() == s.now + 10s);
    s.server("PINGRESP");
    CHECK(s.events().empty());
    CHECK_FALSE(s.session.keep_alive().awaiting_pingresp());
}

TEST_CASE("Keep Alive 0 turns pinging off") {
    session::Settings settings;
    settings.keep_alive = 0;
    Script s(settings);
    s.connect();
    CHECK(s.session.keep_alive().next_ping() == session::Clock::time_point::max());
    s.session.ping(s.now);  // asked for to confirm QoS 0, not to find out whether the server lives
    CHECK(s.session.keep_alive().response_deadline(s.now) == session::Clock::time_point::max());
}

TEST_CASE("a PINGRESP nobody asked for is a protocol error") {
    Script s;
    s.connect();
    s.server("PINGRESP");
    CHECK(s.events() == "broken protocol_error PINGRESP");
}

TEST_CASE("a dead server is found within one and a half times the Keep Alive; a sign of life gives it more time") {
    session::Settings settings;
    settings.keep_alive = 60;
    Script s(settings);
    s.connect();
    const auto connected = s.now;
    s.pass(60s);
    s.session.ping(s.now);
    CHECK(s.session.keep_alive().response_deadline(connected) ==
          connected + 90s);  // an idle minute is not held against it
    CHECK(s.session.keep_alive().response_deadline(connected + 80s) == connected + 110s);
}
