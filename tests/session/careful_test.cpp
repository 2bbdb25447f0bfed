// SPDX-License-Identifier: Apache-2.0
// What is in flight, one packet at a time.
#include <doctest/doctest.h>

#include "session/script.hpp"

using namespace mqtts;
using namespace mqtts::wire;
using test::Script;
using enum Qos;

namespace {

/// Three messages were in flight when the connection was lost.
Script lost_with_three(Qos qos = at_least_once) {
    Script s(test::resumable());
    s.connect();
    for (const char* payload : {"1", "2", "3"})
        CHECK(s.publish("a", payload, qos) == Errc::ok);
    s.lose_connection();
    s.session.go_carefully();
    return s;
}

}  // namespace

TEST_CASE("with care nothing is sent before it may be, and then each message after the answer to the one before") {
    Script s = lost_with_three();
    s.connect(true);
    CHECK(s.sent().empty());
    CHECK_FALSE(s.session.can_publish());
    CHECK_FALSE(s.session.oldest().is_out);
    s.session.send_again();
    CHECK(s.session.careful());
    for (const char* number : {"1", "2", "3"}) {
        CAPTURE(number);
        CHECK(s.sent() == std::string("PUBLISH ") + number + " qos1 dup a \"" + number + "\"");
        CHECK(s.session.oldest().is_out);
        CHECK_FALSE(s.session.can_publish());
        s.server(std::string("PUBACK ") + number);
        CHECK(s.events().empty());
    }
    CHECK(s.sent().empty());
    CHECK_FALSE(s.session.careful());
    REQUIRE(s.session.can_publish());
    CHECK(s.publish("a", "4", at_least_once) == Errc::ok);
    CHECK(s.publish("a", "5", at_least_once) == Errc::ok);
    CHECK(s.sent() == "PUBLISH 4 qos1 a \"4\"; PUBLISH 5 qos1 a \"5\"");
}

TEST_CASE("with care a message of QoS 2 is answered at PUBCOMP") {
    Script s = lost_with_three(exactly_once);
    s.connect(true);
    s.session.send_again();
    CHECK(s.sent() == "PUBLISH 1 qos2 dup a \"1\"");
    s.server("PUBREC 1");
    CHECK(s.events().empty());
    CHECK(s.sent() == "PUBREL 1");
    s.server("PUBCOMP 1");
    CHECK(s.events().empty());
    CHECK(s.sent() == "PUBLISH 2 qos2 dup a \"2\"");
}

TEST_CASE("the oldest message can be refused on behalf of a server that says nothing") {
    Script s = lost_with_three();
    CHECK(s.session.oldest().topic_name == "a");
    const session::PublishRefused refused = s.session.refuse_oldest();
    CHECK(refused.topic_name == "a");
    CHECK(refused.packet_identifier == 1);
    CHECK(s.session.unfinished() == 2);
    s.connect(true);
    s.session.send_again();
    CHECK(s.sent() == "PUBLISH 2 qos1 dup a \"2\"");
}

TEST_CASE("care is for one connection, and with nothing in flight it is over at once") {
    Script s = lost_with_three();
    s.connect(true);
    s.session.send_again();
    s.sent();
    s.lose_connection();
    s.connect(true);
    CHECK(s.sent() == "PUBLISH 1 qos1 dup a \"1\"; PUBLISH 2 qos1 dup a \"2\"; PUBLISH 3 qos1 dup a \"3\"");
    for (const char* answer : {"PUBACK 1", "PUBACK 2", "PUBACK 3"})
        s.server(answer);
    CHECK(s.events().empty());
    s.lose_connection();
    s.session.go_carefully();
    s.connect(true);
    CHECK_FALSE(s.session.can_publish());
    s.session.send_again();
    CHECK_FALSE(s.session.careful());
    CHECK(s.session.can_publish());
}

TEST_CASE("the last topics of unconfirmed messages of QoS 0 are known, each once, until a ping is answered") {
    Script s;
    s.connect();
    for (const char* topic : {"a", "b", "c", "b", "d"})
        CHECK(s.publish(topic, "x", at_most_once) == Errc::ok);
    CHECK(s.session.keep_alive().unconfirmed_topics() == std::vector<std::string>{"c", "b", "d"});
    s.session.ping(s.now);
    s.server("PINGRESP");
    CHECK(s.events().empty());
    CHECK(s.session.keep_alive().unconfirmed_topics().empty());
    CHECK(s.publish("e", "x", at_most_once) == Errc::ok);
    s.lose_connection();
    CHECK(s.session.keep_alive().unconfirmed_topics() == std::vector<std::string>{"e"});
}

TEST_CASE("a 3.1.1 CONNACK in answer to MQTT 5 tells that the server does not speak it") {
    Script s;
    s.open();
    s.server_bytes(std::string_view("\x20\x02\x00\x00", 4));
    CHECK(s.events() == "connection refused 0x84");
}

TEST_CASE("AUTH breaks the protocol, unless an authentication method was named") {
    const std::string_view auth("\xf0\x00", 2);
    Script s;
    s.connect();
    s.server_bytes(auth);
    CHECK(s.events() == "broken protocol_error AUTH");
    session::Settings settings;
    settings.connect_properties.add(PropertyIdentifier::authentication_method, "SCRAM-SHA-256");
    for (const bool before_connack : {true, false}) {
        CAPTURE(before_connack);
        Script asked(settings);
        if (before_connack)
            asked.open();
        else
            asked.connect();
        asked.server_bytes(auth);
        asked.sent();
        CHECK(asked.events() == "broken authentication_unsupported AUTH");
        CHECK(asked.sent() == (before_connack ? "" : "DISCONNECT 0x8c"));
    }
}

TEST_CASE("DISCONNECT in MQTT 3.1.1 is the end of the connection, whatever stands in it") {
    for (const std::string_view bytes : {std::string_view("\xe0\x00", 2), std::string_view("\xe0\x01\x80", 3)}) {
        Script s({.version = ProtocolVersion::v311});
        s.connect();
        s.server_bytes(bytes);
        CHECK(s.events() == "disconnected 0x00");
    }
}
