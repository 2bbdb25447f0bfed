// What follows CONNECT without waiting for CONNACK.
#include <doctest/doctest.h>

#include "session/script.hpp"

using namespace mqtts;
using namespace mqtts::wire;
using test::Script;
using enum Qos;

namespace {

session::Settings early(ProtocolVersion version = ProtocolVersion::v5) {
    session::Settings settings{.version = version};
    settings.session_expiry_interval = 60;
    settings.publish_early = true;
    return settings;
}

}  // namespace

TEST_CASE("a message that is ready follows CONNECT, and one only") {
    Script s(early());
    CHECK_FALSE(s.session.can_publish());
    s.open();
    s.sent();
    REQUIRE(s.session.can_publish());
    CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
    CHECK(s.sent() == "PUBLISH 1 qos1 a \"1\"");
    CHECK_FALSE(s.session.can_publish());
    CHECK(s.session.unfinished() == 1);

    s.server(Connack{});
    s.server("PUBACK 1");
    CHECK(s.events() == "connected");
    CHECK(s.sent().empty());  // it is not sent once more
    CHECK(s.session.all_acknowledged());
    CHECK(s.session.can_publish());
}

TEST_CASE("without being told that a message is ready, and where there may be a session, nothing is sent early") {
    session::Settings resuming = early();
    resuming.clean_start = false;
    for (const session::Settings& settings : {session::Settings{}, resuming}) {
        Script s(settings);
        s.open();
        CHECK_FALSE(s.session.can_publish());
    }
    Script s(resuming);
    s.open();
    CHECK_FALSE(s.session.can_send_early());
}

TEST_CASE("an acknowledgement before CONNACK breaks the protocol [MQTT-3.2.0-1]") {
    Script s(early());
    s.open();
    CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
    s.server("PUBACK 1");
    CHECK(s.events() == "broken protocol_error PUBACK");
}

TEST_CASE("a message that went with a connection that came to nothing is sent again, and not early") {
    for (const bool refused : {true, false}) {
        CAPTURE(refused);
        Script s(early());
        s.open();
        CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
        s.sent();
        if (refused) {
            s.server(Connack{.reason_code = ReasonCode::server_unavailable});
            CHECK(s.events() == "connection refused 0x88");
        }
        CHECK(s.session.unfinished() == 1);
        s.lose_connection();
        s.open();
        CHECK(s.sent().starts_with("CONNECT clean"));
        CHECK_FALSE(s.session.can_send_early());
        s.server(Connack{});
        CHECK(s.events() == "connected");
        CHECK(s.sent() == "PUBLISH 1 qos1 a \"1\"");
    }
}

TEST_CASE("it is sent in the version that the server speaks in the end") {
    Script s(early());
    PropertyWriter properties;
    properties.add(PropertyIdentifier::content_type, "text");
    s.open();
    CHECK(s.session.publish(
              {.topic_name = "a", .payload = "1", .properties = properties.view(), .qos = at_least_once}) == Errc::ok);
    s.sent();
    s.server(Connack{.reason_code = ReasonCode::unsupported_protocol_version});
    CHECK(s.events() == "connection refused 0x84");
    s.lose_connection();
    s.session.set_version(ProtocolVersion::v311);
    s.connect();
    CHECK(s.sent() == "PUBLISH 1 qos1 a \"1\"");
    s.server("PUBACK 1");
    CHECK(s.events().empty());
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("what the server turns out not to take is given up, not sent again") {
    Script s(early());
    s.open();
    CHECK(s.publish("a", "too much", at_least_once) == Errc::ok);
    s.sent();
    PropertyWriter granted;
    granted.add(PropertyIdentifier::maximum_packet_size, 10);
    s.server(Connack{.properties = granted.view()});
    const auto* const connected = std::get_if<session::Connected>(s.session.next_event());
    REQUIRE(connected != nullptr);
    CHECK(connected->given_up.messages == 1);
    CHECK(connected->given_up.reason == Errc::packet_too_large_for_server);
    CHECK(s.sent().empty());
}

TEST_CASE("subscriptions may go early, and are asked for again on another connection") {
    const Subscription all[] = {{.topic_filter = "#", .qos = at_least_once}};
    Script s;
    s.open();
    s.sent();
    REQUIRE(s.session.can_send_early());
    CHECK(s.session.subscribe(all) == 1);
    CHECK(s.sent() == "SUBSCRIBE 1 # qos1");
    CHECK_FALSE(s.session.can_send_early());
    s.lose_connection();
    s.connect();
    CHECK(s.sent().empty());
    CHECK_FALSE(s.session.awaits_answers());
    CHECK(s.session.subscribe(all) != 0);
}
