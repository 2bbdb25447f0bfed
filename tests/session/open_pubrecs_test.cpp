// SPDX-License-Identifier: Apache-2.0
// A burst of QoS 2: only so many PUBREC packets are open at a time, and nothing else waits for the others.
#include <doctest/doctest.h>

#include <string>

#include "session/script.hpp"

using namespace mqtts;
using namespace mqtts::wire;
using test::Script;
using enum Qos;

namespace {

constexpr unsigned most = session::OpenPubrecs::most;

Publish message(unsigned identifier, Qos qos = exactly_once) {
    return {
        .topic_name = "a", .payload = "x", .packet_identifier = static_cast<PacketIdentifier>(identifier), .qos = qos};
}

/// So many messages come, from this identifier on, and are delivered, but not acknowledged. Returns how many there
/// were.
unsigned deliver(Script& s, unsigned first, unsigned count) {
    for (unsigned i = 0; i < count; ++i)
        s.server(message(first + i));
    unsigned delivered = 0;
    while (const auto* event = s.session.next_event())
        delivered += std::holds_alternative<session::MessageReceived>(*event) ? 1 : 0;
    return delivered;
}

void release(Script& s, unsigned first, unsigned count) {
    for (unsigned i = 0; i < count; ++i)
        s.server("PUBREL " + std::to_string(first + i));
    CHECK(s.events().empty());
}

/// What acknowledge_delivered() sends.
std::string acknowledged(Script& s) {
    s.session.acknowledge_delivered();
    return s.sent();
}

std::string packets(const std::string& name, unsigned first, unsigned count) {
    std::string text;
    for (unsigned i = 0; i < count; ++i)
        text += (i == 0 ? "" : "; ") + name + " " + std::to_string(first + i);
    return text;
}

session::Settings resuming() {
    session::Settings settings;
    settings.clean_start = false;
    settings.session_expiry_interval = 3600;
    return settings;
}

}  // namespace

TEST_CASE("beyond those open PUBREC packets wait for PUBREL, and keep their order [MQTT-4.6.0-3]") {
    Script s;
    s.connect();
    CHECK(deliver(s, 1, most + 5) == most + 5);
    CHECK((acknowledged(s) == packets("PUBREC", 1, most)));
    CHECK(acknowledged(s).empty());
    release(s, 2, 2);
    CHECK(acknowledged(s) == packets("PUBREC", most + 1, 2) + "; PUBCOMP 2; PUBCOMP 3");
    CHECK(deliver(s, most + 6, 2) == 2);
    CHECK(acknowledged(s).empty());
    release(s, 4, 4);
    CHECK(acknowledged(s) == packets("PUBREC", most + 3, 4) + "; " + packets("PUBCOMP", 4, 4));
    release(s, 8, 1);
    CHECK(deliver(s, most + 8, 1) == 1);
    CHECK(acknowledged(s) == packets("PUBREC", most + 7, 1) + "; PUBCOMP 8");
    CHECK_FALSE(s.session.all_acknowledged());
}

TEST_CASE("messages are not all acknowledged until the last PUBREC held back has its PUBREL") {
    Script s;
    s.connect();
    constexpr unsigned count = 3 * most + 1;
    CHECK(deliver(s, 1, count) == count);
    s.session.stop_receiving();
    unsigned released = 0;
    for (const unsigned step : {most, most, most, 1U}) {
        s.session.acknowledge_delivered();
        CHECK_FALSE(s.session.all_acknowledged());
        CHECK(s.sent().find(packets("PUBREC", released + 1, step)) == 0);
        release(s, released + 1, step);
        CHECK_FALSE(s.session.all_acknowledged());
        released += step;
    }
    CHECK(acknowledged(s) == "PUBCOMP " + std::to_string(count));
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("what is to be remembered has each message once, when it was delivered, PUBREC held back or not") {
    Script s;
    s.connect();
    CHECK(deliver(s, 1, most + 2) == most + 2);
    REQUIRE(s.session.owed().size() == most + 2);
    CHECK(s.session.owed().back().type == PacketType::pubrec);
    CHECK(s.session.owed().back().packet_identifier == most + 2);
    s.session.acknowledge_delivered();
    CHECK(s.session.owed().empty());
    release(s, 1, 2);
    REQUIRE(s.session.owed().size() == 2);
    CHECK(s.session.owed()[0].type == PacketType::pubcomp);
    CHECK(s.session.owed()[1].type == PacketType::pubcomp);
    s.session.acknowledge_delivered();
    CHECK(s.session.owed().empty());
}

TEST_CASE("a server that never sends PUBREL still gets PUBACK, in order, and is still read") {
    Script s;
    s.connect();
    CHECK(deliver(s, 1, most + 2) == most + 2);
    CHECK((acknowledged(s) == packets("PUBREC", 1, most)));
    s.server(message(5001, at_least_once));
    s.server(message(5002));
    s.server(message(5003, at_least_once));
    s.server(message(0, at_most_once));
    CHECK(s.events() == "message a \"x\"; message a \"x\"; message a \"x\"; message a \"x\"");
    CHECK(acknowledged(s) == "PUBACK 5001; PUBACK 5003");
    CHECK(s.publish("b", "1", at_least_once) == Errc::ok);
    CHECK(s.sent() == "PUBLISH 1 qos1 b \"1\"");
}

TEST_CASE("a new connection has all its PUBREC packets before it, and delivers nothing twice") {
    Script s(resuming());
    s.connect();
    CHECK(deliver(s, 1, most + 2) == most + 2);
    s.session.acknowledge_delivered();
    s.lose_connection();
    s.connect(true);
    CHECK(acknowledged(s).empty());
    CHECK(deliver(s, 2, most + 1) == 0);
    s.server("PUBREL 1");
    CHECK(s.events().empty());
    CHECK((acknowledged(s) == packets("PUBREC", 2, most) + "; PUBCOMP 1"));
    release(s, 2, most);
    CHECK((acknowledged(s) == packets("PUBREC", most + 2, 1) + "; " + packets("PUBCOMP", 2, most)));
    release(s, most + 2, 1);
    s.session.acknowledge_delivered();
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("a message repeated before PUBREL is answered again when its PUBREC is open, and once when it waits") {
    Script s;
    s.connect();
    CHECK(deliver(s, 1, most + 1) == most + 1);
    s.session.acknowledge_delivered();
    s.sent();
    for (int i = 0; i < 3; ++i) {
        for (const unsigned identifier : {most, most + 1}) {
            Publish again = message(identifier);
            again.dup = true;
            s.server(again);
        }
    }
    CHECK(s.events().empty());
    CHECK(acknowledged(s) == "PUBREC 1024; PUBREC 1024; PUBREC 1024");
    release(s, 1, 2);
    CHECK(acknowledged(s) == "PUBREC 1025; PUBCOMP 1; PUBCOMP 2");
}

TEST_CASE("two messages with one identifier, as without DUP, have a PUBREC each, also when they wait") {
    Script s;
    s.connect();
    CHECK(deliver(s, 1, most) == most);
    CHECK(deliver(s, 5000, 1) == 1);
    CHECK(deliver(s, 5000, 1) == 1);
    CHECK(acknowledged(s) == packets("PUBREC", 1, most));
    release(s, 1, 2);
    CHECK(acknowledged(s) == "PUBREC 5000; PUBREC 5000; PUBCOMP 1; PUBCOMP 2");
}

TEST_CASE("PUBREL that does not wait for PUBREC takes no place of others for good") {
    Script s;
    s.connect();
    for (unsigned i = 0; i < 2 * most; ++i) {  // in one go
        s.server(message(7));
        s.server("PUBREL 7");
        static_cast<void>(s.events());
        s.session.acknowledge_delivered();
    }
    s.sent();
    CHECK(deliver(s, 1, most + 1) == most + 1);
    CHECK((acknowledged(s) == packets("PUBREC", 1, most)));
    for (unsigned i = 0; i < 2 * most; ++i) {  // while its PUBREC waits: a message of its own each time
        release(s, most + 1, 1);
        CHECK(acknowledged(s) == "PUBCOMP 1025");
        CHECK(deliver(s, most + 1, 1) == 1);
        CHECK(acknowledged(s).empty());
    }
    release(s, most + 1, 1);
    CHECK(deliver(s, most + 2, 1) == 1);
    release(s, 1, 1);
    CHECK(acknowledged(s) == "PUBREC 1025; PUBCOMP 1025; PUBREC 1026; PUBCOMP 1");
}
