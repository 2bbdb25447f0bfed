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

TEST_CASE("another ping gives a silent server no more time") {
    session::KeepAlive pings;
    const session::Clock::time_point now{100s};
    pings.connection_opened(60s, now);
    pings.ping_sent(now + 60s);
    pings.ping_sent(now + 75s);  // for another reason than the Keep Alive
    CHECK(pings.response_deadline(now) == now + 90s);
    CHECK(pings.ping_answered());
    CHECK(pings.response_deadline(now + 80s) == now + 110s);
    CHECK(pings.ping_answered());
    pings.ping_sent(now + 135s);
    CHECK(pings.response_deadline(now + 80s) == now + 165s);
}

TEST_CASE("only the answer to the last ping confirms, and what was sent behind it stays unconfirmed") {
    session::KeepAlive pings;
    pings.connection_opened(60s, {});
    pings.published(2, "a");
    pings.ping_sent({});
    pings.published(1, "b");
    pings.ping_sent({});
    CHECK(pings.unconfirmed() == 3);
    CHECK(pings.confirming());
    CHECK(pings.ping_answered());
    CHECK(pings.unconfirmed() == 3);  // the second one is still under way
    pings.published(1, "c");
    CHECK_FALSE(pings.confirming());
    CHECK(pings.ping_answered());
    CHECK(pings.unconfirmed() == 1);
    CHECK_FALSE(pings.ping_answered());
}

TEST_CASE("the server's own Keep Alive counts from the last ping on") {
    session::KeepAlive pings;
    const session::Clock::time_point now{100s};
    pings.connection_opened(60s, now);
    pings.set_interval(10s);
    CHECK(pings.next_ping() == now + 10s);
    pings.ping_sent(now + 10s);
    CHECK(pings.response_deadline(now) == now + 15s);
    CHECK(pings.response_deadline(now + 12s) == now + 17s);
    pings.set_interval(0s);
    CHECK(pings.next_ping() == session::Clock::time_point::max());
}
