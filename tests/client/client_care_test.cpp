// SPDX-License-Identifier: Apache-2.0
// A server that closes connections, on a packet or on anything, and what is known of the session meanwhile.
#include <doctest/doctest.h>

#include "client/conversing.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using test::Conversing;

TEST_CASE("a message that a server closes four connections on is refused, and no innocent one") {
    Conversing c;
    c.settings.patience.reconnect = 1h;
    c.settings.session.clean_start = false;
    c.connect();
    c.publish("a");
    for (int connection = 0; connection < 3 && !c.ended(); ++connection) {
        c.link->answers_pings = true;
        c.timer.pass(1s);
        c.link->hang_up();
        c.timer.pass(1s);
        static_cast<void>(c.link->sent());
        c.link->server(wire::Connack{.session_present = true});
    }
    c.timer.pass(10s);  // quiet
    CHECK(c.link->sent().find("PUBLISH 1 qos1 dup a") != std::string::npos);
    c.link->hang_up();
    CHECK(c.result().starts_with("8 the broker refused a message for 'a': it closes the connection on it each time"));
    CHECK(c.client->statistics().refused == 1);
    CHECK(c.client->statistics().acknowledged == 0);
}

TEST_CASE("a new session has no subscriptions until they are made, also when that has to wait") {
    Conversing c;
    c.settings.patience.reconnect = 1h;
    c.settings.session.clean_start = false;
    c.subscribe();
    CHECK(c.client->subscribed());
    c.publish("a");
    for (int connection = 0; connection < 2; ++connection) {
        c.link->hang_up();
        CHECK(c.client->subscribed());
        c.timer.pass(1s);
        static_cast<void>(c.link->sent());
        c.link->server(wire::Connack{.session_present = connection == 0});
    }
    CHECK(c.link->sent() == "PINGREQ");  // with care: one at a time, behind the answer to a ping
    CHECK_FALSE(c.client->subscribed());
}

TEST_CASE("a session in doubt has no subscriptions for sure, also if the connection ends before they can be made") {
    Conversing c;
    c.settings.patience.reconnect = 1h;
    c.settings.session.clean_start = false;
    c.settings.version_pinned = true;
    c.subscribe();
    c.publish("a");
    for (const bool is_answered : {true, false, true}) {
        c.link->hang_up();
        c.timer.pass(1s);
        static_cast<void>(c.link->sent());
        if (is_answered) c.link->server(wire::Connack{.session_present = true});
    }
    CHECK_FALSE(c.client->subscribed());  // the session may have begun with the CONNECT that had no answer
    c.link->hang_up();
    c.timer.pass(1s);
    static_cast<void>(c.link->sent());
    c.link->answers_pings = true;
    c.link->server(wire::Connack{.session_present = true});
    c.timer.pass(10s);
    CHECK(c.link->sent() == "PINGREQ; SUBSCRIBE 3 a/# qos1 retain-handling=1");
}

TEST_CASE("the connection that we end ourselves, because --early got no answer, is none of the four") {
    Conversing c;
    c.settings.version_pinned = true;
    c.settings.session.early = true;
    c.settings.patience.reconnect = 1h;
    c.settings.subscriptions = {{.topic_filter = "a"}};
    c.connect(true);
    c.link->answers_pings = true;
    c.timer.pass(3s);
    REQUIRE(c.log.told() == "warning: server:1 does not accept --early; subscribing again after CONNACK");
    for (int connection = 0; connection < 3; ++connection) {
        static_cast<void>(c.link->sent());
        c.link->server(wire::Connack{});
        c.timer.pass(1s);
        CHECK(c.link->sent().find("SUBSCRIBE") != std::string::npos);
        c.link->hang_up();
        c.timer.pass(1s);
        REQUIRE_FALSE(c.ended());
    }
    static_cast<void>(c.link->sent());
    c.link->server(wire::Connack{});
    c.timer.pass(10s);  // quiet
    CHECK(c.link->sent().find("SUBSCRIBE") != std::string::npos);
    c.link->hang_up();
    CHECK(c.result().starts_with("8 the broker refused the subscription to 'a': it closes the connection on it"));
}
