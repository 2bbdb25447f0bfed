// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "session/script.hpp"

using namespace mqtts;
using namespace mqtts::wire;
using test::resumable;
using test::Script;
using enum Qos;

TEST_CASE("a message that new limits forbid is given up, which is no acknowledgement") {
    Script s(resumable());
    s.session.track_progress();
    s.connect();
    CHECK(s.publish("a", "1", at_least_once, true) == Errc::ok);
    CHECK(s.publish("a", "2", at_least_once) == Errc::ok);
    s.lose_connection();
    PropertyWriter limits;
    limits.add(PropertyIdentifier::retain_available, 0);
    s.connect(true, limits);
    s.server("PUBACK 2");
    CHECK(s.events().empty());
    const auto& progress = s.session.progress();
    REQUIRE(progress.size() == 2);
    CHECK(progress[0].is_finished);
    CHECK(progress[0].error == Errc::retain_not_supported);
    CHECK(progress[1].is_finished);
    CHECK(progress[1].error == Errc::ok);
}

TEST_CASE("unacknowledged PUBLISH is sent again, in order, with DUP [MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-3.3.1-1]") {
    Script s(resumable());
    s.connect();
    CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
    CHECK(s.publish("a", "2", at_least_once) == Errc::ok);
    CHECK(s.publish("a", "3", exactly_once) == Errc::ok);
    CHECK(s.publish("a", "4", exactly_once) == Errc::ok);
    s.server("PUBACK 1");
    s.server("PUBREC 3");
    CHECK(s.events().empty());
    s.lose_connection();
    s.connect(true);
    CHECK(s.sent() == "PUBLISH 2 qos1 dup a \"2\"; PUBREL 3; PUBLISH 4 qos2 dup a \"4\"");
    CHECK(s.publish("a", "5", at_least_once) == Errc::ok);
    CHECK(s.sent() == "PUBLISH 5 qos1 a \"5\"");
    s.server("PUBCOMP 3");
    s.server("PUBACK 2");
    s.server("PUBACK 5");
    s.server("PUBREC 4");
    CHECK(s.events().empty());
    s.server("PUBCOMP 4");
    CHECK(s.events().empty());
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("when the server lost the session, kept messages are published as new [MQTT-3.2.2-5]") {
    Script s(resumable());
    s.connect();
    CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
    CHECK(s.publish("a", "2", exactly_once) == Errc::ok);
    CHECK(s.publish("a", "3", exactly_once) == Errc::ok);
    s.server("PUBREC 2");  // a server that hands messages on at PUBREL has lost it with the session
    CHECK(s.events().empty());
    s.lose_connection();
    s.connect(false);
    CHECK(s.sent() == "PUBLISH 1 qos1 a \"1\"; PUBLISH 2 qos2 a \"2\"; PUBLISH 3 qos2 a \"3\"");
    s.lose_connection();
    s.connect(true);
    CHECK(s.sent() == "PUBLISH 1 qos1 dup a \"1\"; PUBLISH 2 qos2 dup a \"2\"; PUBLISH 3 qos2 dup a \"3\"");
}

TEST_CASE("a message of QoS 2 is done at PUBCOMP, whichever connection brings it") {
    for (const char* last : {"", "PUBREC 1"}) {
        CAPTURE(last);
        Script s(resumable());
        s.connect();
        CHECK(s.publish("a", "1", exactly_once) == Errc::ok);
        s.server("PUBREC 1");
        CHECK(s.events().empty());
        s.lose_connection();
        s.connect(false);
        CHECK(s.session.unfinished() == 1);
        if (*last != 0) s.server(last);
        CHECK(s.events().empty());
        CHECK(s.session.unfinished() == 1);
        CHECK_FALSE(s.session.all_acknowledged());
        if (*last == 0) s.server("PUBREC 1");
        s.server("PUBCOMP 1");
        CHECK(s.events().empty());
        CHECK(s.session.all_acknowledged());
    }
}

TEST_CASE("each message of QoS 2 that may come twice is counted once, and only if the server could have it") {
    const auto reconnect = [](Script& s) {
        s.lose_connection();
        s.open();
        s.server(Connack{});
        const auto* const connected = std::get_if<session::Connected>(s.session.next_event());
        REQUIRE(connected != nullptr);
        s.sent();
        return connected->repeated;
    };
    Script s(resumable());
    PropertyWriter granted;
    granted.add(PropertyIdentifier::receive_maximum, 2);
    s.connect();
    for (const char* payload : {"1", "2", "3"})
        CHECK(s.publish("a", payload, exactly_once) == Errc::ok);
    CHECK(s.publish("a", "4", at_least_once) == Errc::ok);
    s.server("PUBREC 1");
    CHECK(s.events().empty());
    CHECK(reconnect(s) == 3);
    CHECK(reconnect(s) == 0);
    CHECK(s.publish("a", "5", exactly_once) == Errc::ok);
    CHECK(reconnect(s) == 1);
}

TEST_CASE("a smaller Receive Maximum on the new connection is kept while sending again [MQTT-3.3.4-7]") {
    Script s(resumable());
    s.connect();
    for (const char* payload : {"1", "2", "3"})
        CHECK(s.publish("a", payload, at_least_once) == Errc::ok);
    s.lose_connection();
    PropertyWriter granted;
    granted.add(PropertyIdentifier::receive_maximum, 1);
    s.connect(true, granted);
    CHECK(s.sent() == "PUBLISH 1 qos1 dup a \"1\"");
    CHECK_FALSE(s.session.can_publish());
    s.server("PUBACK 1");
    CHECK(s.events().empty());
    CHECK(s.sent() == "PUBLISH 2 qos1 dup a \"2\"");
    CHECK_FALSE(s.session.can_publish());  // older messages come first
    s.server("PUBACK 3");                  // not sent on this connection yet
    CHECK(s.events() == "broken protocol_error PUBACK");
}

TEST_CASE("a refusal makes room for the next message to be sent again") {
    Script s(resumable());
    s.connect();
    for (const char* payload : {"1", "2"})
        CHECK(s.publish("a", payload, at_least_once) == Errc::ok);
    s.lose_connection();
    PropertyWriter granted;
    granted.add(PropertyIdentifier::receive_maximum, 1);
    s.connect(true, granted);
    CHECK(s.sent() == "PUBLISH 1 qos1 dup a \"1\"");
    s.server("PUBACK 1 0x87");
    CHECK(s.events() == "refused 1 a 0x87");
    CHECK(s.sent() == "PUBLISH 2 qos1 dup a \"2\"");
}

TEST_CASE("requests die with their connection, and new ones do not disturb what is sent again") {
    Script s(resumable());
    const std::vector<Subscription> filters = {{.topic_filter = "a"}};
    s.connect();
    CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
    CHECK(s.publish("a", "2", at_least_once) == Errc::ok);
    s.session.subscribe(filters);
    s.lose_connection();
    PropertyWriter granted;
    granted.add(PropertyIdentifier::receive_maximum, 1);
    s.connect(true, granted);
    const PacketIdentifier request = s.session.subscribe(filters);
    CHECK(s.sent() == "PUBLISH 1 qos1 dup a \"1\"; SUBSCRIBE " + std::to_string(request) + " a qos0");
    s.server(SubscriptionAnswer{.reason_codes = std::string_view("\0", 1), .packet_identifier = request});
    CHECK(s.events().starts_with("answered"));
    s.server("PUBACK 1");
    CHECK(s.events().empty());
    CHECK(s.sent() == "PUBLISH 2 qos1 dup a \"2\"");
    s.server("PUBACK 2");
    CHECK(s.events().empty());
    CHECK(s.session.all_acknowledged());
    CHECK(s.session.can_publish());
}

TEST_CASE("QoS 2 received once across a lost connection; acknowledgements owed are dropped [MQTT-4.3.3-10]") {
    Script s(resumable());
    s.connect();
    const Publish message{.topic_name = "a", .payload = "1", .packet_identifier = 5, .qos = exactly_once};
    s.server(message);
    CHECK(s.events() == "message a \"1\"");
    s.lose_connection();  // before acknowledge_delivered
    s.connect(true);
    s.session.acknowledge_delivered();
    CHECK(s.sent().empty());
    s.server(message);
    CHECK(s.events().empty());
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBREC 5");
    s.lose_connection();
    s.connect(false);  // a new session: the same identifier is a new message
    s.server(message);
    CHECK(s.events() == "message a \"1\"");
}

TEST_CASE("QoS 2: an identifier in use that comes again without DUP, on the same connection, is another message") {
    Script s(resumable());
    s.connect();
    Publish message{.topic_name = "a", .payload = "1", .packet_identifier = 5, .qos = exactly_once};
    s.server(message);
    message.payload = "2";
    s.server(message);
    CHECK(s.events() == "message a \"1\"; message a \"2\"");
    message.dup = true;
    s.server(message);
    CHECK(s.events().empty());
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBREC 5; PUBREC 5; PUBREC 5");
    s.server("PUBREL 5");
    s.server("PUBREL 5");
    CHECK(s.events().empty());
    s.session.acknowledge_delivered();
    CHECK(s.sent() == "PUBCOMP 5; PUBCOMP 5 0x92");
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("the second CONNECT resumes with the assigned identifier and without Clean Start [MQTT-3.1.2-5]") {
    Script s(resumable());
    PropertyWriter granted;
    granted.add(PropertyIdentifier::assigned_client_identifier, "given");
    s.connect(false, granted);
    s.lose_connection();
    s.open();
    CHECK(s.sent() == "CONNECT keep-alive=60 id=given [session-expiry-interval=60]");
}

TEST_CASE("MQTT 3.1.1 asked for a clean session stays clean, so it leaves nothing behind") {
    session::Settings settings = resumable();
    settings.version = ProtocolVersion::v311;
    Script s(settings);
    s.connect();
    CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
    s.lose_connection();
    s.open();
    CHECK(s.sent() == "CONNECT 3.1.1 clean keep-alive=60 id=");
    s.server(Connack{});
    CHECK(s.events() == "connected");
    CHECK(s.sent() == "PUBLISH 1 qos1 a \"1\"");
}

TEST_CASE("bytes of the old connection do not reach the new one") {
    Script s(resumable());
    s.connect();
    s.server_bytes("\x30\x05");
    CHECK(s.events().empty());
    s.lose_connection();
    s.connect(true);
    CHECK(s.events().empty());
}

namespace {

/// A payload that stands elsewhere.
struct Payload final : ByteSource {
    [[nodiscard]] std::size_t size() const noexcept override { return text.size(); }
    [[nodiscard]] Result<> read(std::size_t offset, std::span<char> to) override {
        text.copy(to.data(), to.size(), offset);
        return {};
    }
    std::string_view text = "payload";
};

}  // namespace

TEST_CASE("a payload that is not kept is fetched again for the message that is sent again, between the others") {
    for (const Qos qos : {at_least_once, exactly_once}) {
        CAPTURE(qos);
        const std::string level = qos == at_least_once ? "qos1" : "qos2";
        Payload payload;
        Script s(resumable());
        s.connect();
        CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
        CHECK(s.session.publish_from(payload, {.topic_name = "b", .qos = qos}) == Errc::ok);
        CHECK_FALSE(s.session.can_publish());  // not before it is sent
        CHECK(s.sent() == "PUBLISH 1 qos1 a \"1\"; PUBLISH 2 " + level + " b \"payload\"");
        CHECK(s.publish("c", "3", at_least_once) == Errc::ok);
        CHECK(s.sent() == "PUBLISH 3 qos1 c \"3\"");
        s.lose_connection();
        s.connect(true);
        CHECK(s.sent() ==
              "PUBLISH 1 qos1 dup a \"1\"; PUBLISH 2 " + level + " dup b \"payload\"; PUBLISH 3 qos1 dup c \"3\"");
        s.lose_connection();
        s.connect(false);
        CHECK(s.sent() == "PUBLISH 1 qos1 a \"1\"; PUBLISH 2 " + level + " b \"payload\"; PUBLISH 3 qos1 c \"3\"");
    }
}

TEST_CASE("a payload that is not kept counts for what the server takes, now and on the next connection") {
    const auto granted = [](std::uint32_t size) {
        wire::PropertyWriter properties;
        properties.add(wire::PropertyIdentifier::maximum_packet_size, size);
        return properties;
    };
    Payload payload;
    Script s(resumable());
    s.connect(false, granted(14));
    CHECK(s.session.publish_from(payload, {.topic_name = "b", .qos = at_least_once}) ==
          Errc::packet_too_large_for_server);
    CHECK(s.sent() == "");
    s.lose_connection();
    s.connect(true, granted(15));
    CHECK(s.session.publish_from(payload, {.topic_name = "b", .qos = at_least_once}) == Errc::ok);
    CHECK(s.session.output().size() == 15);
    s.lose_connection();
    s.connect(true, granted(14));
    CHECK(s.sent() == "");
    CHECK(s.session.unfinished() == 0);
}

TEST_CASE("a message whose payload is not kept goes to a server that speaks MQTT 3.1.1") {
    Payload payload;
    Script s(resumable());
    s.open();
    s.connect();
    wire::PropertyWriter properties;
    properties.add(wire::PropertyIdentifier::content_type, "text");
    CHECK(s.session.publish_from(payload, {.topic_name = "b", .properties = properties.view(), .qos = at_least_once}) ==
          Errc::ok);
    s.lose_connection();
    s.session.set_version(ProtocolVersion::v311);
    s.connect();
    CHECK(s.sent() == "PUBLISH 1 qos1 b \"payload\"");
}
