// SPDX-License-Identifier: Apache-2.0
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
    settings.early = true;
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

TEST_CASE("nothing is sent early unless asked for, with a Will Message, and where there may be a session") {
    session::Settings resuming = early();
    resuming.clean_start = false;
    session::Settings with_will = early();
    with_will.will = session::WillSettings{.topic_name = "w"};
    session::Settings not_asked = early();
    not_asked.early = false;
    for (const session::Settings& settings : {session::Settings{}, not_asked, resuming, with_will}) {
        Script s(settings);
        s.open();
        CHECK_FALSE(s.session.can_publish());
        CHECK_FALSE(s.session.can_send_early());
    }
}

TEST_CASE("an acknowledgement that comes before CONNACK counts behind it") {
    Script s(early());
    s.open();
    CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
    s.server("PUBACK 1");
    CHECK(s.events().empty());
    CHECK(s.session.unfinished() == 1);
    s.server(Connack{});
    s.server(Publish{.topic_name = "b", .payload = "2"});
    CHECK(s.events() == "connected; message b \"2\"");
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("an acknowledgement that came before a connection was refused or lost counts for nothing") {
    for (const bool refused : {true, false}) {
        CAPTURE(refused);
        Script s(early());
        s.open();
        CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
        s.server("PUBACK 1");
        CHECK(s.events().empty());
        if (refused) {
            s.server(Connack{.reason_code = ReasonCode::not_authorized});
            CHECK(s.events() == "connection refused 0x87");
        }
        s.lose_connection();
        CHECK(s.session.unfinished() == 1);
        s.connect();
        CHECK(s.session.unfinished() == 1);
    }
}

TEST_CASE("who sent nothing early takes no acknowledgement before CONNACK [MQTT-3.2.0-1]") {
    for (const session::Settings& settings : {session::Settings{}, early()}) {
        Script s(settings);
        s.open();
        s.server("PUBACK 1");
        CHECK(s.events() == "broken protocol_error PUBACK");
    }
}

TEST_CASE("the server's DISCONNECT in place of CONNACK is told as such") {
    Script s(early());
    s.open();
    s.server(Disconnect{.reason_code = ReasonCode::protocol_error});
    CHECK(s.events() == "disconnected 0x82");
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
    s.server("PUBACK 1");  // the server has looked at it all the same
    CHECK(s.events().empty());
    s.server("PUBACK 1");
    CHECK(s.events() == "broken protocol_error PUBACK");
}

TEST_CASE("subscriptions may go early, and are asked for again on another connection") {
    const Subscription all[] = {{.topic_filter = "#", .qos = at_least_once}};
    Script s(early());
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

TEST_CASE("answers that came too early are handed back behind CONNACK, within bounds, and only if something was sent") {
    session::Early early;
    CHECK_FALSE(early.keep_answer("answer"));
    early.sent(100);
    CHECK(early.keep_answer("one"));
    CHECK(early.keep_answer("two"));
    CHECK_FALSE(early.keep_answer(std::string(64 * 1024, 'x')));
    Buffer input;
    input.append("CONNACKnext");
    early.hand_back_answers(input, 7);
    CHECK(input.readable() == "CONNACKonetwonext");
}

TEST_CASE("what was sent early is remembered beyond its connection, what is expected for it is not") {
    session::Early early;
    CHECK(early.is_allowed({.early = true}));
    early.sent(100);
    early.given_up(1);
    CHECK(early.was_larger_than(99));
    CHECK_FALSE(early.was_larger_than(100));
    CHECK(early.was_sent_here());
    CHECK(early.take_unexpected());
    CHECK_FALSE(early.take_unexpected());
    early.given_up(1);
    early.connection_lost();
    CHECK_FALSE(early.take_unexpected());
    CHECK_FALSE(early.was_sent_here());
    CHECK(early.was_sent());
    CHECK_FALSE(early.is_allowed({.early = true}));
}
