// SPDX-License-Identifier: Apache-2.0
// A client whose connections fail: how it tries again, and what it makes of it.
#include <doctest/doctest.h>

#include "conversing.hpp"
#include "support/fake_observer.hpp"

using namespace mqtts;
using namespace std::chrono_literals;
using test::Conversing;
using test::FakeObserver;
using wire::PacketType;
using wire::Qos;

TEST_CASE("a lost connection is told, waited for and told again, and what was in flight is sent again") {
    Conversing c;
    c.settings.patience.reconnect = 1h;
    c.settings.session.session_expiry_interval = 60;
    c.connect();
    c.publish("a");
    static_cast<void>(c.link->sent());
    c.link->hang_up();
    CHECK(c.log.told() == "warning: server:1 closed the connection; trying again");
    CHECK(c.link->opened() == 1);
    c.timer.pass(1s);
    CHECK(c.link->opened() == 2);
    c.accept(true);
    CHECK(c.log.told() == "warning: reconnected to server:1");
    CHECK(c.link->sent() == "PUBLISH 1 qos1 dup a \"x\"");
    c.client->finish();
    c.link->server(PacketType::puback, 1);
    CHECK(c.result() == "");
    CHECK(c.client->statistics().reconnects == 1);
}

TEST_CASE("without a session what was in flight is published as new, and QoS 2 may arrive twice") {
    Conversing c;
    c.settings.patience.reconnect = 1h;
    c.connect();
    c.publish("a", Qos::exactly_once);
    static_cast<void>(c.link->sent());
    c.link->hang_up();
    c.timer.pass(1s);
    static_cast<void>(c.log.told());
    c.accept();
    CHECK(c.link->sent() == "PUBLISH 1 qos2 a \"x\"");
    CHECK(c.log.told() ==
          "warning: reconnected to server:1; the broker did not keep the session, so up to 1 QoS 2 message may "
          "arrive twice");
    CHECK(c.client->statistics().perhaps_twice == 1);
}

TEST_CASE("a CONNECT without an answer leaves the session in doubt, and the subscription is made again") {
    Conversing c;
    c.settings.patience.reconnect = 1h;
    c.settings.session.session_expiry_interval = 60;
    c.subscribe();
    c.publish("a", Qos::exactly_once);
    static_cast<void>(c.link->sent());
    for (int i = 0; i != 2; ++i) {
        c.link->hang_up();
        c.timer.pass(2s);
    }
    static_cast<void>(c.log.told());
    c.accept(true);
    CHECK(c.link->sent() == "PUBLISH 2 qos2 dup a \"x\"; SUBSCRIBE 3 a/# qos1 retain-handling=1");
    CHECK(c.log.told() ==
          "warning: reconnected to server:1; perhaps the broker did not keep the session, so up to 1 QoS 2 message may "
          "arrive twice");
    CHECK(c.client->statistics().perhaps_twice == 1);
}

TEST_CASE("where no other connection is wanted the loss is the end") {
    Conversing c;
    c.connect();
    c.publish("a");
    c.link->hang_up();
    CHECK(c.result().find(" server:1 closed the connection; 1 message not acknowledged") != std::string::npos);
    CHECK(c.log.told() == "");
}

TEST_CASE("another connection is tried for as long as is allowed, and each reason is told once") {
    Conversing c;
    c.settings.patience.reconnect = 10s;
    c.connect();
    c.link->open_failures.assign(100, Failure(Errc::unreachable, "no route"));
    c.link->hang_up();
    c.timer.pass(9s);
    CHECK_FALSE(c.ended());
    c.timer.pass(2s);
    CHECK(c.result() == "10 no route; gave up after 10 s without a lasting connection");
    CHECK(c.log.told() == "warning: server:1 closed the connection; trying again; warning: no route; trying again");
    CHECK(c.link->opened() > 10);
}

TEST_CASE("the first connection is tried for once") {
    Conversing c;
    c.begin();
    CHECK(c.link->opened() == 1);
    Conversing failing;
    failing.settings.patience.reconnect = 1h;
    failing.create();
    failing.link->open_failures = {Failure(Errc::connection_refused, "refused")};
    failing.run();
    CHECK(failing.result() == "4 refused");
}

TEST_CASE("or for as long as is allowed") {
    Conversing c;
    c.settings.patience.retry_connect = 5s;
    c.create();
    c.link->open_failures.assign(3, Failure(Errc::connection_refused, "refused"));
    c.run();
    c.timer.pass(4s);
    CHECK(c.link->opened() == 4);
    c.accept();
    CHECK(c.log.told() == "warning: refused; trying again");
}

TEST_CASE("without hurry it goes on, and a hurry ends it") {
    Conversing c;
    c.create();
    c.link->open_failures.assign(1000, Failure(Errc::connection_refused, "refused"));
    c.client->take_time();
    c.run();
    c.timer.pass(100s);
    CHECK_FALSE(c.ended());
    c.client->hurry();
    c.timer.pass(2s);
    CHECK(c.result() == "4 refused");
}

TEST_CASE("the next endpoint is tried where one is out of service, and the change is told") {
    Conversing c;
    c.settings.endpoints = {{.host = "one", .port = 1}, {.host = "other", .port = 1}};
    c.create();
    c.link->open_failures = {Failure(Errc::unreachable, "one is down", "start it")};
    c.run();
    CHECK(c.link->opened_host() == "other");
    c.accept();
    CHECK(c.log.told() == "warning: one is down; connected to server:1; start it");
}

TEST_CASE("where no endpoint can be reached, each cause and each hint is told, equal ones once") {
    Conversing c;
    c.settings.endpoints = {{.host = "one", .port = 1}, {.host = "other", .port = 1}, {.host = "third", .port = 1}};
    c.create();
    c.link->open_failures = {Failure(Errc::unreachable, "one is down", "start it"),
                             Failure(Errc::connection_refused, "other refused", "check the port (-p)"),
                             Failure(Errc::unreachable, "third is down", "start it")};
    c.run();
    CHECK(c.link->opened() == 3);
    CHECK(c.result() == "4 one is down; other refused; third is down; start it; check the port (-p)");
}

TEST_CASE("the warning of a change to the third endpoint has the hints of both that failed") {
    Conversing c;
    c.settings.endpoints = {{.host = "one", .port = 1}, {.host = "other", .port = 1}, {.host = "third", .port = 1}};
    c.create();
    c.link->open_failures = {Failure(Errc::unreachable, "one is down", "start it"),
                             Failure(Errc::connection_refused, "other refused", "check the port (-p)")};
    c.run();
    c.accept();
    CHECK(c.log.told() == "warning: one is down; other refused; connected to server:1; start it; check the port (-p)");
}

TEST_CASE("an endpoint that is not to be trusted is the end, whatever others there are") {
    Conversing c;
    c.settings.endpoints = {{.host = "one", .port = 1}, {.host = "other", .port = 1}};
    c.create();
    c.link->open_failures = {Failure(Errc::untrusted_issuer, "who is that")};
    c.run();
    CHECK(c.result() == "5 who is that");
    CHECK(c.link->opened() == 1);
}

TEST_CASE("a server that accepts nothing for 10 s is given up, with what was waited for") {
    Conversing c;
    c.settings.version_pinned = true;
    c.settings.patience.connect_timeout = 10s;
    c.begin();
    c.timer.pass(9s);
    CHECK_FALSE(c.ended());
    c.timer.pass(1s);
    CHECK(
        c.result() ==
        "4 no answer from server:1 within 10 s (while waiting for CONNACK); the TLS handshake succeeded, but then "
        "nothing came: perhaps the broker behind it hangs, or the port speaks another protocol; give --ws if the port "
        "speaks MQTT over WebSocket, or try -V 311");
}

TEST_CASE("a server that refuses the version is asked in MQTT 3.1.1, over another connection") {
    Conversing c;
    c.begin();
    CHECK(c.link->sent().starts_with("CONNECT"));
    c.link->server_bytes(std::string_view("\x20\x02\x00\x01", 4));
    CHECK(c.link->opened() == 2);
    CHECK(c.client->version() == wire::ProtocolVersion::v311);
    c.link->version = wire::ProtocolVersion::v311;
    CHECK(c.link->sent().starts_with("CONNECT"));
    c.link->server(wire::Connack{});
    CHECK(c.client->can_publish());
}

TEST_CASE("what needs MQTT 5 makes an older server a failure") {
    Conversing c;
    c.settings.version_pinned = true;
    c.settings.needs_version_5 = "-x";
    c.begin();
    c.link->server_bytes(std::string_view("\x20\x02\x00\x01", 4));
    CHECK(c.result().ends_with(" server:1 does not speak MQTT 5, which -x needs; leave out -x"));
}

TEST_CASE("refused credentials are not tried again") {
    Conversing c;
    c.settings.patience.reconnect = 1h;
    c.settings.patience.retry_connect = 1h;
    c.begin();
    c.link->server(wire::Connack{.reason_code = wire::ReasonCode::bad_user_name_or_password});
    CHECK(c.result().ends_with("; check --username and --pw"));
    CHECK(c.link->opened() == 1);
}

TEST_CASE("a server that goes down says so, and is tried again") {
    Conversing c;
    c.settings.patience.reconnect = 1h;
    c.connect();
    c.link->server(wire::Disconnect{.reason_code = wire::ReasonCode::server_shutting_down});
    CHECK(c.log.told().starts_with("warning: server:1 ended the connection: "));
    CHECK_FALSE(c.ended());
    c.timer.pass(1s);
    CHECK(c.link->opened() == 2);
}

TEST_CASE("silence is broken by a ping, and a ping without an answer ends the connection") {
    Conversing c;
    c.settings.session.keep_alive = 10;
    c.connect();
    c.timer.pass(10s);
    CHECK(c.link->sent() == "PINGREQ");
    c.link->server(wire::Pingresp{});
    c.timer.pass(10s);
    CHECK(c.link->sent() == "PINGREQ");
    c.timer.pass(4s);
    CHECK_FALSE(c.ended());
    c.timer.pass(1s);
    CHECK(c.result().ends_with(" server:1 stopped answering pings"));
    CHECK_FALSE(c.link->closed());
}

TEST_CASE("a slow sink is not the server's fault") {
    Conversing c;
    c.settings.session.keep_alive = 10;
    c.subscribe();
    c.sink.slow = true;
    c.message("a/b", 1);
    c.timer.pass(60s);
    CHECK_FALSE(c.ended());
    CHECK(c.link->sent().find("PINGREQ") != std::string::npos);
}

TEST_CASE("a server that answers pings and acknowledges nothing is given up") {
    Conversing c;
    c.settings.session.keep_alive = 10;
    c.settings.patience.ack_timeout = 60s;
    c.connect();
    c.link->answers_pings = true;
    c.publish("a");
    c.timer.pass(60s);
    CHECK_FALSE(c.ended());
    c.timer.pass(60s);
    CHECK(c.result().find("server:1 answers pings, but has acknowledged nothing for 60 s") != std::string::npos);
}

TEST_CASE("QoS 2 that is never answered is warned of") {
    Conversing c;
    c.connect();
    c.publish("a", Qos::exactly_once);
    c.timer.pass(20s);
    CHECK(c.log.told().starts_with("warning: server:1 has not answered a QoS 2 message for 10 s"));
}

TEST_CASE("the subscriptions follow CONNECT where that is asked for, and are not sent again") {
    Conversing c;
    c.settings.session.early = true;
    c.settings.subscriptions = {{.topic_filter = "a/b"}};
    c.begin(true);
    CHECK(c.link->sent().find("; SUBSCRIBE 1 a/b qos0") != std::string::npos);
    c.link->server(wire::Connack{});
    CHECK(c.link->sent() == "");
    c.grant(1, std::string_view("\0", 1));
    CHECK(c.client->subscribed());
}

TEST_CASE("a server that hangs up on what was early is tried again without, at once") {
    Conversing c;
    c.settings.version_pinned = true;
    c.settings.session.early = true;
    c.settings.subscriptions = {{.topic_filter = "a/b"}};
    c.begin(true);
    static_cast<void>(c.link->sent());
    c.link->hang_up();
    CHECK(c.link->opened() == 2);
    CHECK(c.log.told() == "warning: server:1 does not accept --early; subscribing again after CONNACK");
    CHECK(c.link->sent().find("SUBSCRIBE") == std::string::npos);
    c.link->server(wire::Connack{});
    CHECK(c.link->sent() == "SUBSCRIBE 2 a/b qos0");
}

TEST_CASE("each connection is shown to the observer, with what was granted") {
    FakeObserver observer;
    Conversing c;
    c.settings.observer = &observer;
    c.settings.patience.reconnect = 1h;
    wire::PropertyWriter window;
    window.add(wire::PropertyIdentifier::receive_maximum, 5);
    c.begin();
    c.accept(false, window);
    CHECK(observer.connected_count == 1);
    CHECK(observer.receive_maximum == 5);
    c.link->hang_up();
    c.timer.pass(1s);
    c.accept();
    CHECK(observer.connected_count == 2);
}
