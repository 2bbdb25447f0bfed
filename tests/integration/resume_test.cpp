// SPDX-License-Identifier: Apache-2.0
// What the programs send on the next connection, packet by packet, to a broker that follows the test's script.
#include <doctest/doctest.h>

#include "integration/programs.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts;
using namespace mqtts::test;
using namespace mqtts::wire;

/// The next CONNECT, not answered yet.
std::string accept_connect(ScriptedBroker& broker, ProtocolVersion version = ProtocolVersion::v5) {
    broker.accept(version);
    return broker.receive();
}

Acknowledgement acknowledgement(PacketType type, PacketIdentifier identifier) {
    return {.type = type, .packet_identifier = identifier};
}

}  // namespace

TEST_CASE("the next connection resumes: assigned identifier, no Clean Start, DUP, the end forgets [MQTT-3.2.2-16]") {
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(mqtts_pub({"-t", "a", "-q", "2", "-l"})), .input = Pipe{}});
    CHECK(accept_connect(broker) == "CONNECT clean keep-alive=60 id= [session-expiry-interval=300]");
    PropertyWriter granted;
    granted.add(PropertyIdentifier::assigned_client_identifier, "given");
    broker.send(Connack{.properties = granted.view()});
    publisher.write("1\n2\n");
    CHECK(broker.receive() == "PUBLISH 1 qos2 a \"1\"");
    CHECK(broker.receive() == "PUBLISH 2 qos2 a \"2\"");
    broker.send(acknowledgement(PacketType::pubrec, 1));
    CHECK(broker.receive() == "PUBREL 1");
    broker.drop();
    CHECK(accept_connect(broker) == "CONNECT keep-alive=60 id=given [session-expiry-interval=300]");
    broker.send(Connack{.session_present = true});
    CHECK(broker.receive() == "PUBREL 1");
    CHECK(broker.receive() == "PUBLISH 2 qos2 dup a \"2\"");
    broker.send(acknowledgement(PacketType::pubcomp, 1));
    broker.send(acknowledgement(PacketType::pubrec, 2));
    CHECK(broker.receive() == "PUBREL 2");
    broker.send(acknowledgement(PacketType::pubcomp, 2));
    publisher.close_input();
    CHECK(broker.receive() == "DISCONNECT 0x00 [session-expiry-interval=0]");
    broker.close();
    CHECK(publisher.wait().status == 0);
}

TEST_CASE("a lost session is told: QoS 2 may arrive twice, and a subscriber has missed something") {
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(mqtts_pub({"-t", "a", "-q", "2", "-l"})), .input = Pipe{}});
    broker.accept_client();
    publisher.write("1\n");
    CHECK(broker.receive() == "PUBLISH 1 qos2 a \"1\"");
    broker.drop();
    broker.accept_client();
    CHECK(broker.receive() == "PUBLISH 1 qos2 a \"1\"");
    publisher.wait_for_error("; the broker did not keep the session, so up to 1 QoS 2 message may arrive twice\n");

    ScriptedBroker other;
    Process subscriber({.arguments = other.arguments(mqtts_sub({"-t", "a", "-q", "1"}))});
    other.accept_subscriber();
    other.drop();
    other.accept_client();
    CHECK(other.receive() == "SUBSCRIBE 2 a qos1");
    subscriber.wait_for_error("; the broker did not keep the session, so messages published meanwhile are lost\n");
}

TEST_CASE("what the next connection's limits forbid is refused, not sent [MQTT-3.2.2-15] [MQTT-3.2.2-11]") {
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(mqtts_pub({"-t", "a", "-q", "1", "-l"})), .input = Pipe{}});
    broker.accept_client();
    publisher.write("long enough to be refused\nok\n");
    CHECK(broker.receive() == "PUBLISH 1 qos1 a \"long enough to be refused\"");
    CHECK(broker.receive() == "PUBLISH 2 qos1 a \"ok\"");
    broker.drop();
    accept_connect(broker);
    PropertyWriter limits;
    limits.add(PropertyIdentifier::maximum_packet_size, 20);
    broker.send(Connack{.properties = limits.view(), .session_present = true});
    CHECK(broker.receive() == "PUBLISH 2 qos1 dup a \"ok\"");
    broker.send(acknowledgement(PacketType::puback, 2));
    publisher.close_input();
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 8);
    CHECK(outcome.error.find("cannot send 1 message again: ") != outcome.error.npos);
}

TEST_CASE("a SUBSCRIBE larger than the server's Maximum Packet Size is refused [MQTT-3.2.2-15]") {
    for (const bool early : {false, true}) {
        CAPTURE(early);
        ScriptedBroker broker;
        Words words = mqtts_sub({"-t", "a/topic/filter/that/is/too/long"});
        if (early) words.emplace_back("--early");  // otherwise it waits for CONNACK, and is not even sent
        Process subscriber({.arguments = broker.arguments(words)});
        accept_connect(broker);
        if (early) CHECK(broker.receive().starts_with("SUBSCRIBE"));
        PropertyWriter limits;
        limits.add(PropertyIdentifier::maximum_packet_size, 20);
        broker.send(Connack{.properties = limits.view()});
        CHECK(broker.receive().starts_with("DISCONNECT"));
        broker.close();
        CHECK(subscriber.wait().status == 8);
    }
}

TEST_CASE("a session taken over is the end: two clients of one name do not throw each other out") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "-i", "me", "-q", "1"}))});
    broker.accept_subscriber();
    broker.send(Disconnect{.reason_code = ReasonCode::session_taken_over});
    CHECK(broker.receive() == "closed");
    CHECK(subscriber.wait().status == 7);
}

TEST_CASE("credentials refused on the next connection are the end, whatever --reconnect says") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "--reconnect", "forever"}))});
    broker.accept_subscriber();
    broker.drop();
    accept_connect(broker);
    broker.send(Connack{.reason_code = ReasonCode::not_authorized});
    broker.close();
    CHECK(subscriber.wait().status == 7);
}
