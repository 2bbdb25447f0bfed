// SPDX-License-Identifier: Apache-2.0
#include "client/retained_removal.hpp"

#include <doctest/doctest.h>

#include <string>

#include "session/script.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using client::RetainedRemoval;

namespace {

/// A session in which what is retained is removed.
struct Removing {
    explicit Removing(std::vector<std::string> except = {}) : removal(std::move(except)) { script.connect(); }

    /// A retained message comes, and its removal leaves: what was sent, or the failure.
    std::string take(std::string_view topic_name) {
        const auto failure = removal.take({.topic_name = topic_name, .payload = "x", .retain = true}, script.session);
        if (failure) return failure->cause;
        if (const auto forbidden = removal.publish(script.session)) return forbidden->cause;
        return script.sent();
    }
    void reconnect(bool closed = true) {
        removal.connection_lost(closed, script.session);
        script.lose_connection();
        script.connect();
    }

    test::Script script;
    RetainedRemoval removal;
};

}  // namespace

TEST_CASE("a retained message is removed by an empty one of QoS 1") {
    Removing r;
    CHECK(r.take("a") == "PUBLISH 1 qos1 retain a \"\"");
    CHECK(r.removal.done());
    CHECK(r.removal.waiting() == 0);
}

TEST_CASE("what is to stay is not removed") {
    Removing r({"keep/#", "b"});
    CHECK(r.take("keep/a") == "");
    CHECK(r.take("b") == "");
    CHECK(r.take("c") != "");
}

TEST_CASE("a removal that is on its way is not sent again when the message comes again") {
    Removing r;
    CHECK(r.take("a") != "");
    r.reconnect();
    r.script.sent();
    CHECK(r.take("a") == "");  // the first one is sent again by the session
}

TEST_CASE("a removal that was refused is not tried again while the server closes connections") {
    Removing r;
    CHECK(r.take("a") != "");
    r.removal.refused("a");
    r.script.server("PUBACK 1");
    CHECK(r.script.events() == "");
    r.reconnect();
    CHECK(r.take("a") == "");
}

TEST_CASE("one that is acknowledged twice without effect is told as a failure, once") {
    Removing r;
    for (int i = 1; i <= 2; ++i) {
        CHECK(r.take("a") != "");
        r.script.server(i == 1 ? "PUBACK 1" : "PUBACK 2");
        CHECK(r.script.events() == "");
        r.reconnect();
    }
    CHECK(r.take("a").starts_with("cannot remove the retained message of 'a': the broker acknowledges the removal"));
    CHECK(r.take("a") == "");
}

TEST_CASE("one that is sent again begins the time anew in which a connection that is closed tells something") {
    Removing r;
    CHECK(r.take("a") != "");
    r.removal.listened(6s);
    r.reconnect();  // it has no answer yet
    for (int i = 1; i <= 3; ++i) {
        r.script.server("PUBACK " + std::to_string(i));
        CHECK(r.script.events() == "");
        r.reconnect();
        if (i != 3) CHECK(r.take("a").starts_with("PUBLISH"));
    }
    CHECK(r.take("a").starts_with("cannot remove the retained message of 'a'"));
}

TEST_CASE("a name that waits for room waits once, and not at all once its removal is refused") {
    Removing r;
    CHECK(r.take("a") != "");
    for (const char* name : {"b", "b", "a"})
        CHECK_FALSE(r.removal.take({.topic_name = name, .payload = "x", .retain = true}, r.script.session));
    CHECK(r.removal.waiting() == 2);
    r.removal.refused("a");
    CHECK_FALSE(r.removal.publish(r.script.session));
    CHECK(r.script.sent() == "PUBLISH 2 qos1 retain b \"\"");
    CHECK(r.removal.waiting() == 0);
}

TEST_CASE("a connection that broke by itself, or long after, says nothing about a removal") {
    for (const bool closed : {false, true}) {
        Removing r;
        for (int i = 1; i <= 4; ++i) {
            CHECK(r.take("a").starts_with("PUBLISH"));
            r.script.server("PUBACK " + std::to_string(i));
            CHECK(r.script.events() == "");
            r.removal.listened(closed ? 6s : 0s);
            r.reconnect(closed);
        }
    }
}

TEST_CASE("a server without QoS 1 gets a removal of QoS 0, one without retained messages a refusal") {
    wire::PropertyWriter no_qos;
    no_qos.add(wire::PropertyIdentifier::maximum_qos, 0);
    test::Script script;
    script.connect(false, no_qos);
    RetainedRemoval removal({});
    CHECK_FALSE(removal.take({.topic_name = "a", .payload = "x", .retain = true}, script.session));
    CHECK_FALSE(removal.publish(script.session));
    CHECK(script.sent() == "PUBLISH qos0 retain a \"\"");
    wire::PropertyWriter no_retain;
    no_retain.add(wire::PropertyIdentifier::retain_available, 0);
    test::Script other;
    other.connect(false, no_retain);
    CHECK_FALSE(removal.take({.topic_name = "b", .payload = "x", .retain = true}, other.session));
    const auto failure = removal.publish(other.session);
    REQUIRE(failure);
    CHECK(failure->code == Errc::retain_not_supported);
}

TEST_CASE("names of retained messages that wait for room are bounded, and what came beyond is counted") {
    RetainedRemoval removal({"kept/#"});
    session::Session session(session::Settings{});  // not connected: there is no room
    std::string topic_name(60'000, 'a');
    const auto take = [&](int number) {
        topic_name.replace(0, 9, std::to_string(100'000'000 + number));
        CHECK_FALSE(removal.take({.topic_name = topic_name, .payload = "x", .retain = true}, session));
    };
    int taken = 0;
    for (; removal.left() == 0; ++taken)
        take(taken);
    CHECK(static_cast<std::size_t>(taken) * topic_name.size() <= RetainedRemoval::most_waiting + topic_name.size());
    CHECK(static_cast<std::size_t>(taken) * topic_name.size() > RetainedRemoval::most_waiting / 2);
    CHECK_FALSE(removal.publish(session));
    CHECK_FALSE(removal.done());
    take(taken);
    CHECK(removal.left() == 2);
    for (const wire::Publish& other : {wire::Publish{.topic_name = "kept/a", .payload = "x", .retain = true},
                                       wire::Publish{.topic_name = topic_name, .retain = true},
                                       wire::Publish{.topic_name = topic_name, .payload = "x"}})
        CHECK_FALSE(removal.take(other, session));
    CHECK(removal.left() == 2);
}
