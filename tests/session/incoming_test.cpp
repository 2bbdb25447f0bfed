// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "session/script.hpp"

using namespace mqtts;
using namespace mqtts::wire;
using test::Script;
using enum Qos;

namespace {

Publish message(std::string_view payload, Qos qos, PacketIdentifier identifier) {
    return {.topic_name = "a", .payload = payload, .packet_identifier = identifier, .qos = qos};
}

}  // namespace

TEST_CASE("nothing is acknowledged before it is delivered, then all at once and in order [MQTT-4.6.0-2]") {
    Script s;
    s.connect();
    s.server(message("0", at_most_once, 0));
    s.server(message("1", at_least_once, 7));
    s.server(message("2", exactly_once, 5));
    s.server(message("3", at_least_once, 6));
    CHECK(s.events() == "message a \"0\"; message a \"1\"; message a \"2\"; message a \"3\"");
    CHECK(s.sent().empty());
    CHECK_FALSE(s.session.all_acknowledged());
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBACK 7; PUBREC 5; PUBACK 6");
    s.session.acknowledge_delivered();
    CHECK(s.sent().empty());
    CHECK_FALSE(s.session.all_acknowledged());  // QoS 2 is not over
    s.server("PUBREL 5");
    CHECK(s.events().empty());
    CHECK(s.sent().empty());
    CHECK_FALSE(s.session.all_acknowledged());
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBCOMP 5");
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("a QoS 2 message repeated before PUBREL is not handed out twice [MQTT-4.3.3-10]") {
    Script s;
    s.connect();
    s.server(message("1", exactly_once, 5));
    CHECK(s.events() == "message a \"1\"");
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBREC 5");
    Publish again = message("1", exactly_once, 5);
    again.dup = true;
    s.server(again);
    CHECK(s.events().empty());
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBREC 5");
    s.server("PUBREL 5");
    CHECK(s.events().empty());
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBCOMP 5");
    s.server(message("2", exactly_once, 5));  // a new message [MQTT-4.3.3-12]
    CHECK(s.events() == "message a \"2\"");
}

TEST_CASE("PUBREL for an identifier not in use is answered, and says so") {
    Script s;
    s.connect();
    s.server("PUBREL 9");
    CHECK(s.events().empty());
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBCOMP 9 0x92");
}

TEST_CASE("a QoS 2 message of an earlier process is not handed out again, until PUBREL frees its identifier") {
    session::Settings settings;
    settings.clean_start = false;
    Script s(settings);
    const PacketIdentifier remembered[] = {5, 6};
    s.session.restore_received(remembered);
    s.connect(true);
    s.server(message("1", exactly_once, 5));
    s.server("PUBREL 6");
    s.server(message("2", exactly_once, 6));
    CHECK(s.events() == "message a \"2\"");
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBREC 5; PUBCOMP 6; PUBREC 6");
    CHECK_FALSE(s.session.all_acknowledged());
}

TEST_CASE("identifiers of an earlier process mean nothing when the server has lost the session [MQTT-4.1.0-1]") {
    session::Settings settings;
    settings.clean_start = false;
    Script s(settings);
    const PacketIdentifier remembered[] = {5};
    s.session.restore_received(remembered);
    s.connect(false);
    CHECK(s.session.all_acknowledged());
    s.server(message("1", exactly_once, 5));
    CHECK(s.events() == "message a \"1\"");
}

TEST_CASE("what is owed can be seen before it is sent, in its order") {
    Script s;
    s.connect();
    s.server(message("1", exactly_once, 5));
    s.server("PUBREL 9");
    CHECK(s.events() == "message a \"1\"");
    REQUIRE(s.session.owed().size() == 2);
    CHECK(s.session.owed()[0].type == PacketType::pubrec);
    CHECK(s.session.owed()[0].packet_identifier == 5);
    CHECK(s.session.owed()[1].type == PacketType::pubcomp);
    CHECK(s.session.owed()[1].packet_identifier == 9);
    s.lose_connection();
    CHECK(s.session.owed().empty());
}

TEST_CASE("after stop_receiving nothing is handed out or acknowledged, but QoS 2 is brought to its end") {
    Script s;
    s.connect();
    s.server(message("1", exactly_once, 1));
    CHECK(s.events() == "message a \"1\"");
    s.session.stop_receiving();
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBREC 1");
    s.server(message("2", at_least_once, 2));
    s.server("PUBREL 1");
    CHECK(s.events().empty());
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBCOMP 1");
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("more than our Receive Maximum is an error [MQTT-3.3.4-9]") {
    session::Settings settings;
    settings.receive_maximum = 1;
    Script s(settings);
    s.connect();
    s.server(message("1", at_least_once, 1));
    s.server(message("2", at_least_once, 2));
    CHECK(s.events() == "message a \"1\"; broken receive_maximum_exceeded PUBLISH");
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "DISCONNECT 0x93");  // and nothing behind it
}

TEST_CASE("a server that sends QoS 2, too, may lose count, as mosquitto 2.0 does") {
    session::Settings settings;
    settings.receive_maximum = 1;
    Script s(settings);
    s.connect();
    s.server(message("1", exactly_once, 1));
    s.server(message("2", exactly_once, 2));
    s.server(message("3", at_least_once, 3));
    s.server(message("4", at_least_once, 4));
    CHECK(s.events() == "message a \"1\"; message a \"2\"; message a \"3\"; message a \"4\"");
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBREC 1; PUBREC 2; PUBACK 3; PUBACK 4");
}

TEST_CASE("a server that resumes a session may lose count, too, if an earlier connection granted more: mosquitto 2.0") {
    session::Settings settings;
    settings.clean_start = false;
    settings.receive_maximum = 1;
    Script s(settings);
    s.connect(true);
    s.server(message("1", at_least_once, 1));
    s.server(message("2", at_least_once, 2));
    CHECK(s.events() == "message a \"1\"; message a \"2\"");
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBACK 1; PUBACK 2");
    s.lose_connection();
    s.connect(false);
    s.server(message("1", at_least_once, 1));
    s.server(message("2", at_least_once, 2));
    CHECK(s.events() == "message a \"1\"; broken receive_maximum_exceeded PUBLISH");
}

TEST_CASE("before MQTT 5 the server does not know our Receive Maximum") {
    session::Settings settings;
    settings.version = ProtocolVersion::v311;
    settings.receive_maximum = 1;
    Script s(settings);
    s.connect();
    s.server(message("1", at_least_once, 1));
    s.server(message("2", at_least_once, 2));
    CHECK(s.events() == "message a \"1\"; message a \"2\"");
}

TEST_CASE("a QoS 2 message handed out before stop_receiving is acknowledged when it comes again") {
    session::Settings settings;
    settings.clean_start = false;
    Script s(settings);
    s.connect();
    s.server(message("1", exactly_once, 1));
    CHECK(s.events() == "message a \"1\"");
    s.session.stop_receiving();
    s.lose_connection();
    s.connect(true);
    s.server(message("1", exactly_once, 1));
    s.server(message("2", exactly_once, 2));
    CHECK(s.events().empty());
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBREC 1");
    s.server("PUBREL 1");
    CHECK(s.events().empty());
    s.session.acknowledge_delivered();
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("a Topic Alias that we did not allow is an error [MQTT-3.3.2-9]") {
    PropertyWriter properties;
    properties.add(PropertyIdentifier::topic_alias, 1);
    Script s;
    s.connect();
    s.server(Publish{.topic_name = "a", .payload = "1", .properties = properties.view()});
    CHECK(s.events() == "broken topic_alias_invalid PUBLISH");
    CHECK(s.sent() == "DISCONNECT 0x94");
}

TEST_CASE("a Topic Alias that we allowed stands for its Topic Name, on one connection [MQTT-3.3.2-12] [MQTT-3.3.2-7]") {
    session::Settings settings;
    settings.connect_properties.add(PropertyIdentifier::topic_alias_maximum, 2);
    Script s(settings);
    const auto aliased = [&](std::string_view topic_name, std::uint32_t alias) {
        PropertyWriter properties;
        properties.add(PropertyIdentifier::topic_alias, alias);
        s.server(Publish{.topic_name = topic_name, .payload = "1", .properties = properties.view()});
        return s.events();
    };
    s.connect();
    CHECK(aliased("a", 2) == "message a \"1\"");
    CHECK(aliased("", 2) == "message a \"1\"");
    CHECK(aliased("b", 2) == "message b \"1\"");
    CHECK(aliased("", 2) == "message b \"1\"");
    CHECK(aliased("", 1) == "broken topic_alias_invalid PUBLISH");
    s.lose_connection();
    s.connect();
    CHECK(aliased("", 2) == "broken topic_alias_invalid PUBLISH");
    s.lose_connection();
    s.connect();
    CHECK(aliased("a", 3) == "broken topic_alias_invalid PUBLISH");
}

TEST_CASE("a message arrives whole however its bytes are cut") {
    Buffer stream;
    encode(stream, message("one", at_least_once, 1), ProtocolVersion::v5);
    encode(stream, message("two", exactly_once, 2), ProtocolVersion::v5);
    const std::string bytes(stream.readable());
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        Script s;
        s.connect();
        s.server_bytes(bytes.substr(0, cut));
        std::string events = s.events();
        s.server_bytes(bytes.substr(cut));
        const std::string more = s.events();
        if (!events.empty() && !more.empty()) events += "; ";
        CHECK(events + more == "message a \"one\"; message a \"two\"");
    }
}
