// SPDX-License-Identifier: Apache-2.0
// A session that may be another one, because a CONNECT has had no answer.
#include <doctest/doctest.h>

#include <utility>

#include "session/script.hpp"

using namespace mqtts;
using namespace mqtts::wire;
using test::resumable;
using test::Script;
using enum Qos;

namespace {

/// A CONNACK with Session Present to the next CONNECT.
void accept_next(Script& s) {
    s.lose_connection();
    s.open();
    s.session.output().clear();
    s.server(Connack{.session_present = true});
}

/// The same behind a CONNECT without an answer.
void accept_in_doubt(Script& s) {
    s.lose_connection();
    s.open();
    accept_next(s);
}

void connect_in_doubt(Script& s) {
    accept_in_doubt(s);
    CHECK(s.events() == "connected session-present in doubt");
}

}  // namespace

TEST_CASE("a CONNECT without an answer may have begun a new session: the next one is in doubt, until CONNACK") {
    Script s(resumable());
    s.connect();
    connect_in_doubt(s);
    s.lose_connection();
    s.connect(true);
    s.lose_connection();
    s.open();
    s.lose_connection();
    s.connect(false);
}

TEST_CASE("a server that answers CONNECT with another packet may have begun a new session, too") {
    for (const bool goodbye : {false, true}) {
        Script s(resumable());
        s.connect();
        s.lose_connection();
        s.open();
        if (goodbye)
            s.server(Disconnect{.reason_code = ReasonCode::server_shutting_down});
        else
            s.server("PINGRESP");
        CHECK(s.events() == (goodbye ? "disconnected 0x8b" : "broken protocol_error PINGRESP"));
        accept_next(s);
        CHECK(s.events() == "connected session-present in doubt");
    }
}

TEST_CASE("a CONNACK that refuses has begun no session") {
    Script s(resumable());
    s.connect();
    s.lose_connection();
    s.open();
    s.server(Connack{.reason_code = ReasonCode::server_busy});
    CHECK(s.events() == "connection refused 0x89");
    accept_next(s);
    CHECK(s.events() == "connected session-present");
}

TEST_CASE("in a session in doubt PUBCOMP 0x92 does not say that the message has arrived") {
    Script s(resumable());
    s.connect();
    CHECK(s.publish("a", "1", exactly_once) == Errc::ok);
    s.server("PUBREC 1");
    CHECK(s.events().empty());
    connect_in_doubt(s);
    CHECK(s.sent() == "PUBREL 1");
    s.server("PUBCOMP 1 0x92");
    CHECK(s.events() == "refused 1 a 0x92");
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("the doubt about a message stays with it on later connections, until PUBCOMP") {
    Script s(resumable());
    s.connect();
    CHECK(s.publish("a", "1", exactly_once) == Errc::ok);
    CHECK(s.publish("b", "2", exactly_once) == Errc::ok);
    s.server("PUBREC 1");
    CHECK(s.events().empty());
    connect_in_doubt(s);
    s.server("PUBREC 2");
    CHECK(s.events().empty());
    s.lose_connection();  // and with it PUBCOMP 1 0x92
    s.connect(true);
    CHECK(s.sent() == "PUBREL 1; PUBREL 2");
    s.server("PUBCOMP 1 0x92");
    CHECK(s.events() == "refused 1 a 0x92");
    s.server("PUBCOMP 2 0x92");
    CHECK(s.events().empty());
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("in a session in doubt a message of QoS 2 that is sent again may arrive twice, and counts once") {
    Script s(resumable());
    s.connect();
    CHECK(s.publish("a", "1", exactly_once) == Errc::ok);
    CHECK(s.publish("a", "2", at_least_once) == Errc::ok);
    for (const std::size_t repeated : {1, 0}) {
        accept_in_doubt(s);
        const session::Event* const event = s.session.next_event();
        REQUIRE(event != nullptr);
        REQUIRE(std::holds_alternative<session::Connected>(*event));
        CHECK(std::get<session::Connected>(*event).repeated == repeated);
        CHECK(s.sent() == "PUBLISH 1 qos2 dup a \"1\"; PUBLISH 2 qos1 dup a \"2\"");
    }
}

TEST_CASE("in a session in doubt only DUP tells that a message of QoS 2 has come before") {
    for (const auto& [dup, later] : {std::pair(false, false), {true, false}, {false, true}, {true, true}}) {
        Script s(resumable());
        s.connect();
        s.server(Publish{.topic_name = "a", .payload = "1", .packet_identifier = 7, .qos = exactly_once});
        CHECK(s.events() == "message a \"1\"");
        connect_in_doubt(s);
        if (later) s.lose_connection();
        if (later) s.connect(true);
        s.server(Publish{.topic_name = "a", .payload = "2", .packet_identifier = 7, .qos = exactly_once, .dup = dup});
        CHECK(s.events() == (dup ? "" : "message a \"2\""));
        s.lose_connection();
        s.connect(true);
        s.server(Publish{.topic_name = "a", .payload = "2", .packet_identifier = 7, .qos = exactly_once, .dup = true});
        CHECK(s.events().empty());
    }
}
