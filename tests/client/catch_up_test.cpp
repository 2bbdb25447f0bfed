// SPDX-License-Identifier: Apache-2.0
// Whether all has come that the server had for us, as its answers to pings tell.
#include "client/catch_up.hpp"

#include <doctest/doctest.h>

#include "session/script.hpp"

using namespace mqtts;
using client::CatchUp;
using test::Script;
using wire::Qos;

namespace {

constexpr auto at_qos_1 = Qos::at_least_once;

/// A connected session of which everything so far is acknowledged.
struct CaughtUp {
    explicit CaughtUp(CatchUp::Awaited awaited = CatchUp::Awaited::all) : catch_up(awaited) { script.connect(); }

    bool is_complete() { return catch_up.is_complete(script.session, script.now); }
    /// The server answers the last ping.
    void pong() {
        script.server("PINGRESP");
        CHECK(script.events().empty());
    }

    Script script;
    CatchUp catch_up;
};

}  // namespace

TEST_CASE("the server is asked with one ping, and its answer is enough where nothing came") {
    CaughtUp c;
    CHECK_FALSE(c.is_complete());
    CHECK(c.script.sent() == "PINGREQ");
    CHECK_FALSE(c.is_complete());
    CHECK(c.script.sent().empty());  // not asked twice
    c.pong();
    CHECK(c.is_complete());
}

TEST_CASE("after a message of QoS 1 the server is asked again, until none comes before the answer") {
    CaughtUp c;
    CHECK_FALSE(c.is_complete());
    for (int i = 0; i < 3; ++i) {
        c.catch_up.take({.topic_name = "a", .qos = at_qos_1});
        c.pong();
        CHECK_FALSE(c.is_complete());
    }
    c.pong();
    CHECK(c.is_complete());
    CHECK(c.script.sent() == "PINGREQ; PINGREQ; PINGREQ; PINGREQ");
}

TEST_CASE("a message of QoS 0 is held back by no window") {
    CaughtUp c;
    CHECK_FALSE(c.is_complete());
    c.catch_up.take({.topic_name = "a"});
    c.pong();
    CHECK(c.is_complete());
}

TEST_CASE("where only retained messages are awaited, live ones do not make it ask again") {
    CaughtUp c(CatchUp::Awaited::retained);
    CHECK_FALSE(c.is_complete());
    c.catch_up.take({.topic_name = "a", .qos = at_qos_1});
    c.pong();
    CHECK(c.is_complete());
}

TEST_CASE("a retained one does") {
    CaughtUp c(CatchUp::Awaited::retained);
    CHECK_FALSE(c.is_complete());
    c.catch_up.take({.topic_name = "a", .qos = at_qos_1, .retain = true});
    c.pong();
    CHECK_FALSE(c.is_complete());
    c.pong();
    CHECK(c.is_complete());
}

TEST_CASE("nothing is asked while something of ours is unacknowledged") {
    CaughtUp c;
    CHECK(c.script.publish("a", "1", at_qos_1) == Errc::ok);
    c.script.sent();
    CHECK_FALSE(c.is_complete());
    CHECK(c.script.sent().empty());
    c.script.server("PUBACK 1");
    CHECK(c.script.events().empty());
    CHECK_FALSE(c.is_complete());
    CHECK(c.script.sent() == "PINGREQ");
}

TEST_CASE("a ping that is under way for another reason is waited for, and proves nothing") {
    CaughtUp c;
    c.script.session.ping(c.script.now);
    CHECK_FALSE(c.is_complete());
    CHECK(c.script.sent() == "PINGREQ");
    c.pong();
    CHECK_FALSE(c.is_complete());
    CHECK(c.script.sent() == "PINGREQ");
}

TEST_CASE("another connection is asked anew") {
    CaughtUp c;
    CHECK_FALSE(c.is_complete());
    c.script.lose_connection();
    c.catch_up.restart();
    c.script.connect();
    CHECK_FALSE(c.is_complete());
    CHECK(c.script.sent() == "PINGREQ");
    c.pong();
    CHECK(c.is_complete());
}
