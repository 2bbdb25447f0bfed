// SPDX-License-Identifier: Apache-2.0
// Messages that are handled after they were handed out: acknowledged in order, across lost connections.
#include <doctest/doctest.h>

#include "session/script.hpp"

using namespace mqtts;
using namespace mqtts::wire;
using test::Script;
using enum Qos;

namespace {

Publish message(std::string_view payload, Qos qos, PacketIdentifier identifier, bool dup = false) {
    return {.topic_name = "a", .payload = payload, .packet_identifier = identifier, .qos = qos, .dup = dup};
}

/// A session that is resumed, and waits for the handling.
struct Later : Script {
    explicit Later(std::uint16_t receive_maximum = 65535) : Script(resumed(receive_maximum)) {
        session.wait_for_handling();
    }
    static session::Settings resumed(std::uint16_t receive_maximum) {
        session::Settings settings;
        settings.clean_start = false;
        settings.receive_maximum = receive_maximum;
        return settings;
    }
    void handled(std::uint64_t total) {
        session.handled(total);
        session.acknowledge_delivered();
    }
    void reconnect(bool session_present = true) {
        lose_connection();
        connect(session_present);
    }
};

}  // namespace

TEST_CASE("a message is acknowledged when it and all before it are handled, whatever its QoS") {
    Later s;
    s.connect();
    s.server(message("1", at_least_once, 7));
    s.server(message("2", at_most_once, 0));
    s.server(message("3", exactly_once, 5));
    s.server(message("4", at_least_once, 6));
    CHECK(s.events() == "message a \"1\"; message a \"2\"; message a \"3\"; message a \"4\"");
    s.handled(0);
    CHECK(s.sent().empty());
    CHECK_FALSE(s.session.all_acknowledged());
    s.handled(2);
    CHECK(s.sent() == "PUBACK 7");
    s.handled(2);
    CHECK(s.sent().empty());
    s.handled(4);
    CHECK(s.sent() == "PUBREC 5; PUBACK 6");
    s.server("PUBREL 5");
    CHECK(s.events().empty());
    s.handled(4);
    CHECK(s.sent() == "PUBCOMP 5");
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("PUBREL is answered while messages are in handling") {
    Later s;
    s.connect();
    s.server(message("1", exactly_once, 5));
    s.server(message("2", exactly_once, 6));
    CHECK(s.events() == "message a \"1\"; message a \"2\"");
    s.handled(1);
    CHECK(s.sent() == "PUBREC 5");
    s.server("PUBREL 5");
    CHECK(s.events().empty());
    s.handled(1);
    CHECK(s.sent() == "PUBCOMP 5");
}

TEST_CASE("a message in handling that comes again after a lost connection is the same message") {
    for (const Qos qos : {at_least_once, exactly_once}) {
        Later s;
        s.connect();
        s.server(message("1", qos, 5));
        s.server(message("2", qos, 6));
        CHECK(s.events() == "message a \"1\"; message a \"2\"");
        s.reconnect();
        s.server(message("1", qos, 5, true));
        s.server(message("2", qos, 6, true));
        CHECK(s.events().empty());
        s.handled(0);
        CHECK(s.sent().empty());
        s.handled(2);
        CHECK(s.sent() == (qos == at_least_once ? "PUBACK 5; PUBACK 6" : "PUBREC 5; PUBREC 6"));
    }
}

TEST_CASE("a message handled while the connection was lost is acknowledged when it comes again, and not handed out") {
    for (const Qos qos : {at_least_once, exactly_once}) {
        Later s;
        s.connect();
        s.server(message("1", qos, 5));
        CHECK(s.events() == "message a \"1\"");
        s.lose_connection();
        s.handled(1);
        s.connect(true);
        s.server(message("1", qos, 5, true));
        s.server(message("2", qos, 6));
        CHECK(s.events() == "message a \"2\"");
        s.handled(1);
        CHECK(s.sent() == (qos == at_least_once ? "PUBACK 5" : "PUBREC 5"));
        s.handled(2);
        CHECK(s.sent() == (qos == at_least_once ? "PUBACK 6" : "PUBREC 6"));
    }
}

TEST_CASE("without DUP, or with another payload, it is a new message, and the old one is acknowledged no more") {
    // With DUP: the server crashed, came back with an older state, and lost the connection on which it sent it first.
    for (const bool dup : {false, true}) {
        for (const bool was_handled : {false, true}) {
            Later s;
            s.connect();
            s.server(message("1", at_least_once, 5));
            CHECK(s.events() == "message a \"1\"");
            s.lose_connection();
            if (was_handled) s.handled(1);
            s.connect(true);
            s.server(message("2", at_least_once, 5, dup));
            CHECK(s.events() == "message a \"2\"");
            s.handled(1);
            CHECK(s.sent().empty());
            s.handled(2);
            CHECK(s.sent() == "PUBACK 5");
        }
    }
}

TEST_CASE("a message with the payload of the old one is a new one, if its topic or its Correlation Data differs") {
    PropertyWriter one;
    PropertyWriter other;
    one.add(PropertyIdentifier::correlation_data, "1");
    other.add(PropertyIdentifier::correlation_data, "2");
    for (const bool was_handled : {false, true}) {
        for (const bool other_topic : {false, true}) {
            Later s;
            s.connect();
            Publish request = message("GET", at_least_once, 5);
            request.properties = one.view();
            s.server(request);
            CHECK(s.events() == "message a \"GET\"");
            s.lose_connection();
            if (was_handled) s.handled(1);
            s.connect(true);
            request.dup = true;
            if (other_topic) request.topic_name = "b";
            if (!other_topic) request.properties = other.view();
            s.server(request);
            CHECK(s.events() == (other_topic ? "message b \"GET\"" : "message a \"GET\""));
            s.handled(1);
            CHECK(s.sent().empty());
            s.handled(2);
            CHECK(s.sent() == "PUBACK 5");
        }
    }
}

TEST_CASE("an identifier whose PUBACK was sent late may have another message") {
    Later s;
    s.connect();
    s.server(message("1", at_least_once, 5));
    CHECK(s.events() == "message a \"1\"");
    s.lose_connection();
    s.handled(1);
    s.connect(true);
    s.server(message("1", at_least_once, 5, true));
    CHECK(s.events().empty());
    s.handled(1);
    CHECK(s.sent() == "PUBACK 5");
    s.reconnect();  // before the next message with this identifier was read
    s.server(message("2", at_least_once, 5, true));
    CHECK(s.events() == "message a \"2\"");
    s.handled(1);
    CHECK(s.sent().empty());
    s.handled(2);
    CHECK(s.sent() == "PUBACK 5");
}

TEST_CASE("a message of QoS 2 in handling that comes again without DUP is the same message") {
    Later s;
    s.connect();
    s.server(message("1", exactly_once, 7));
    CHECK(s.events() == "message a \"1\"");
    s.reconnect();
    s.server(message("1", exactly_once, 7));
    CHECK(s.events().empty());
    s.handled(0);
    CHECK(s.sent().empty());
    s.handled(1);
    CHECK(s.sent() == "PUBREC 7");
}

TEST_CASE("a message of QoS 2 without DUP, and with another payload, is another message") {
    Later s;
    s.connect();
    s.server(message("1", exactly_once, 7));
    CHECK(s.events() == "message a \"1\"");
    s.server("PUBREL 7");  // too early
    CHECK(s.events().empty());
    s.reconnect();
    s.server(message("2", exactly_once, 7));
    CHECK(s.events() == "message a \"2\"");
    s.handled(1);
    CHECK(s.sent().empty());
    s.handled(2);
    CHECK(s.sent() == "PUBREC 7");
}

TEST_CASE("acknowledgements keep the order of receiving, also when a server sends older messages again") {
    Later s;
    s.connect();
    s.server(message("4", at_least_once, 4));
    CHECK(s.events() == "message a \"4\"");
    s.reconnect();  // to a server that has forgotten that 2 and 3 were acknowledged
    s.server(message("2", at_least_once, 2, true));
    s.server(message("3", at_least_once, 3, true));
    s.server(message("4", at_least_once, 4, true));
    CHECK(s.events() == "message a \"2\"; message a \"3\"");
    s.handled(1);
    CHECK(s.sent().empty());
    s.handled(2);
    CHECK(s.sent() == "PUBACK 2");
    s.handled(3);
    CHECK(s.sent() == "PUBACK 3; PUBACK 4");
}

TEST_CASE("a lost session ends the wait for acknowledgements, not the handling") {
    Later s;
    s.connect();
    s.server(message("1", at_least_once, 5));
    s.server(message("2", exactly_once, 6));
    CHECK(s.events() == "message a \"1\"; message a \"2\"");
    s.reconnect(false);
    s.server(message("3", at_least_once, 5, true));  // another session's, so another message
    s.server(message("4", exactly_once, 6, true));
    CHECK(s.events() == "message a \"3\"; message a \"4\"");
    s.handled(2);
    CHECK(s.sent().empty());
    s.handled(4);
    CHECK(s.sent() == "PUBACK 5; PUBREC 6");
}

TEST_CASE("messages given back are neither acknowledged nor, when they come again, taken for handled") {
    Later s;
    s.connect();
    s.server(message("1", at_least_once, 5));
    s.server(message("2", exactly_once, 6));
    CHECK(s.events() == "message a \"1\"; message a \"2\"");
    s.session.stop_receiving();
    s.handled(1);
    CHECK(s.sent() == "PUBACK 5");
    s.session.give_back();
    CHECK(s.session.all_acknowledged());
    s.handled(2);
    CHECK(s.sent().empty());
    s.reconnect();
    s.server(message("2", exactly_once, 6, true));
    CHECK(s.events().empty());
    s.handled(2);
    CHECK(s.sent().empty());
}

TEST_CASE("a server that sends more than the Receive Maximum is excused: what there is no room for is not read") {
    Later s(2);
    s.connect();
    for (PacketIdentifier identifier = 1; identifier <= 4; ++identifier)
        s.server(message("x", at_least_once, identifier));
    CHECK(s.events() == "message a \"x\"; message a \"x\"; message a \"x\"; message a \"x\"");
    s.handled(4);
    CHECK(s.sent() == "PUBACK 1; PUBACK 2; PUBACK 3; PUBACK 4");
}

TEST_CASE("a message sent again on the same connection is not handed out, and owes no second acknowledgement") {
    Later s;
    s.connect();
    s.server(message("1", at_least_once, 5));
    s.server(message("1", at_least_once, 5, true));
    CHECK(s.events() == "message a \"1\"");
    s.handled(1);
    CHECK(s.sent() == "PUBACK 5");
}
