// SPDX-License-Identifier: Apache-2.0
// A server that lives and never acknowledges.
#include "client/acknowledgement_watch.hpp"

#include <doctest/doctest.h>

#include "session/script.hpp"
#include "support/captured_log.hpp"
#include "support/fake_timer.hpp"
#include "support/loop.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using test::FakeTimer;
using test::Loop;
using test::Running;
using test::Script;
using wire::Qos;

namespace {

struct Watched {
    explicit Watched(std::chrono::milliseconds limit = 60s)
        : running(loop, client::watch_acknowledgements(
                            script.session, limit, [this] { script.session.ping(script.now); }, "h:1", timer)) {
        script.connect();
    }
    void pong() {
        script.server("PINGRESP");
        CHECK(script.events().empty());
    }

    Loop loop;
    FakeTimer timer{loop};
    Script script;
    Running running;
};

}  // namespace

TEST_CASE("who awaits nothing blames nobody") {
    Watched w;
    w.timer.pass(1h);
    CHECK_FALSE(w.running.ended());
    CHECK(w.script.sent() == "");
}

TEST_CASE("a message without an answer is asked about, and given up when the ping is answered") {
    Watched w;
    CHECK(w.script.publish("a", "x", Qos::at_least_once) == Errc::ok);
    w.script.sent();
    w.timer.pass(60s);
    CHECK(w.script.sent() == "PINGREQ");
    w.pong();
    CHECK_FALSE(w.running.ended());
    w.timer.pass(30s);
    CHECK(w.running.result().error().code == Errc::unacknowledged);
    CHECK(w.running.result().error().cause == "h:1 answers pings, but has acknowledged nothing for 60 s");
}

TEST_CASE("a ping of the Keep Alive that leaves at that very moment does not save the server") {
    Watched w;
    CHECK(w.script.publish("a", "x", Qos::at_least_once) == Errc::ok);
    w.timer.pass(60s);
    w.pong();
    w.script.session.ping(w.script.now);
    w.timer.pass(30s);
    CHECK(w.running.result().error().code == Errc::unacknowledged);
}

TEST_CASE("answers to earlier pings, which were late, say nothing about the message") {
    Watched w;
    w.script.session.ping(w.script.now);
    w.script.session.ping(w.script.now);
    CHECK(w.script.publish("a", "x", Qos::at_least_once) == Errc::ok);
    w.timer.pass(60s);
    w.pong();
    w.timer.pass(30s);
    w.pong();
    w.timer.pass(30s);
    CHECK_FALSE(w.running.ended());
    w.pong();
    w.timer.pass(30s);
    CHECK(w.running.result().error().code == Errc::unacknowledged);
}

TEST_CASE("while the ping waits in the queue nobody is blamed") {
    Watched w;
    CHECK(w.script.publish("a", "x", Qos::at_least_once) == Errc::ok);
    w.timer.pass(10min);
    CHECK_FALSE(w.running.ended());
}

TEST_CASE("each answer begins the time anew") {
    Watched w;
    for (int i = 1; i <= 10; ++i) {
        CHECK(w.script.publish("a", "x", Qos::at_least_once) == Errc::ok);
        w.timer.pass(30s);
        w.script.server("PUBACK " + std::to_string(i));
        CHECK(w.script.events().empty());
    }
    CHECK_FALSE(w.running.ended());
}
