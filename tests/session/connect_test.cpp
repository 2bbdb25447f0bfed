// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "session/script.hpp"

using namespace mqtts;
using namespace mqtts::wire;
using test::Script;
using enum PropertyIdentifier;

TEST_CASE("CONNECT carries what was asked for [MQTT-3.1.2]") {
    session::Settings settings{.client_identifier = "x", .user_name = "u", .password = "p", .keep_alive = 30};
    settings.will =
        session::WillSettings{.topic_name = "t", .payload = "gone", .properties = {}, .qos = Qos::at_least_once};
    settings.session_expiry_interval = 300;
    settings.receive_maximum = 10;
    settings.maximum_packet_size = 1000;
    Script s(settings);
    s.open();
    CHECK(s.sent() ==
          "CONNECT clean keep-alive=30 id=x user=u password will=(t qos1 \"gone\") "
          "[session-expiry-interval=300 receive-maximum=10 maximum-packet-size=1000]");
}

TEST_CASE("before MQTT 5 CONNECT has no properties") {
    session::Settings settings{.version = ProtocolVersion::v311};
    settings.session_expiry_interval = 300;
    Script s(settings);
    s.open();
    CHECK(s.sent() == "CONNECT 3.1.1 clean keep-alive=60 id=");
}

TEST_CASE("CONNACK grants limits [MQTT-3.2.2.3]") {
    PropertyWriter granted;
    granted.add(receive_maximum, 2);
    granted.add(maximum_packet_size, 30);
    granted.add(maximum_qos, 1);
    granted.add(retain_available, 0);
    granted.add(server_keep_alive, 7);
    granted.add(assigned_client_identifier, "given");
    granted.add(topic_alias_maximum, 5);
    Script s;
    s.connect(false, granted);

    CHECK(s.session.limits().topic_alias_maximum == 5);
    CHECK(s.session.keep_alive().next_ping() == s.now + std::chrono::seconds(7));  // [MQTT-3.2.2-21]
    CHECK(s.session.settings().client_identifier == "given");                      // to resume with [MQTT-3.2.2-16]
    CHECK(s.publish("a", "1", Qos::exactly_once) == Errc::qos_not_supported);      // [MQTT-3.2.2-11]
    CHECK(s.publish("a", "1", Qos::at_most_once, true) == Errc::retain_not_supported);  // [MQTT-3.2.2-14]
    CHECK(s.publish("a", std::string(40, 'x'), Qos::at_most_once) == Errc::packet_too_large_for_server);  // -15
    PropertyWriter aliased;
    aliased.add(topic_alias, 6);
    CHECK(s.session.publish({.topic_name = "a", .payload = "1", .properties = aliased.view()}) ==
          Errc::topic_alias_not_supported);  // [MQTT-3.2.2-18]
    CHECK(s.sent().empty());
    CHECK(s.session.all_acknowledged());

    CHECK(s.publish("a", "1", Qos::at_least_once) == Errc::ok);
    CHECK(s.publish("a", "2", Qos::at_least_once) == Errc::ok);
    CHECK_FALSE(s.session.can_publish());  // [MQTT-3.3.4-7]
    s.server("PUBACK 1");
    CHECK(s.events().empty());
    CHECK(s.session.can_publish());
}

TEST_CASE("a refusal is an event, and nothing follows it") {
    Script s;
    s.open();
    s.server(Connack{.reason_code = ReasonCode::not_authorized});
    CHECK(s.events() == "connection refused 0x87");
    s.server("PINGRESP");
    CHECK(s.events().empty());
    CHECK_FALSE(s.session.can_publish());
}

TEST_CASE("a server of MQTT 3 refuses MQTT 5 in its own words") {
    Script s;
    s.open();
    s.server_bytes(std::string_view("\x20\x02\x00\x01", 4));
    CHECK(s.events() == "connection refused 0x84");
}

TEST_CASE("nothing may come before CONNACK [MQTT-3.2.0-1], and CONNACK only once [MQTT-3.2.0-2]") {
    Script early;
    early.open();
    early.server("PUBACK 1");
    CHECK(early.events() == "broken protocol_error PUBACK");

    Script twice;
    twice.connect();
    twice.server(Connack{});
    CHECK(twice.events() == "broken protocol_error CONNACK");
    CHECK(twice.sent() == "DISCONNECT 0x82");
}

TEST_CASE("Session Present after Clean Start is a protocol error [MQTT-3.2.2-2]") {
    Script s;
    s.open();
    s.server(Connack{.session_present = true});
    CHECK(s.events() == "broken protocol_error CONNACK");
}

TEST_CASE("DISCONNECT from the server ends everything [MQTT-4.13.1-1]") {
    Script s;
    s.connect();
    CHECK(s.publish("a", "1", Qos::at_most_once) == Errc::ok);
    s.server(Disconnect{.reason_code = ReasonCode::session_taken_over});
    s.server("PINGRESP");
    CHECK(s.events() == "disconnected 0x8e");
    CHECK_FALSE(s.session.connected());
    s.session.disconnect();
    CHECK(s.sent().empty());
}

TEST_CASE("DISCONNECT ends the session that was kept only for a lost connection [MQTT-3.14.2.2.2]") {
    session::Settings settings;
    settings.session_expiry_interval = 300;
    settings.end_session_at_disconnect = true;
    settings.disconnect_properties.add(reason_string, "bye");
    Script s(settings);
    s.connect();
    s.session.disconnect();
    CHECK(s.sent() == "DISCONNECT 0x00 [reason-string=\"bye\" session-expiry-interval=0]");
    CHECK_FALSE(s.session.connected());
}

TEST_CASE("SUBSCRIBE and its answer") {
    Script s;
    s.connect();
    const std::vector<Subscription> filters = {{.topic_filter = "a/#", .qos = Qos::exactly_once},
                                               {.topic_filter = "b", .no_local = true}};
    CHECK(s.session.subscribe(filters) == 1);
    CHECK(s.sent() == "SUBSCRIBE 1 a/# qos2, b qos0 no-local");
    CHECK_FALSE(s.session.all_acknowledged());
    s.server(SubscriptionAnswer{.reason_codes = std::string_view("\x02\x87", 2), .packet_identifier = 1});
    CHECK(s.events() == "answered 1 0x02 0x87");
    CHECK(s.session.all_acknowledged());

    const std::vector<std::string_view> gone = {"b"};
    CHECK(s.session.unsubscribe(gone) == 2);
    CHECK(s.sent() == "UNSUBSCRIBE 2 b");
    s.server(SubscriptionAnswer{
        .reason_codes = std::string_view("\x00", 1), .type = PacketType::unsuback, .packet_identifier = 2});
    CHECK(s.events() == "answered 2 0x00");
}

TEST_CASE("a Subscription Identifier belongs to one SUBSCRIBE, and needs MQTT 5") {
    session::Settings settings;
    settings.subscribe_properties.add(user_property, "a", "b");
    const std::vector<Subscription> filters = {{.topic_filter = "a"}};
    Script s(settings);
    s.connect();
    CHECK(s.session.subscribe(filters, 268'435'455) == 1);
    CHECK(s.session.subscribe(filters) == 2);
    CHECK(s.sent() ==
          "SUBSCRIBE 1 a qos0 [user-property=\"a\":\"b\" subscription-identifier=268435455]; "
          "SUBSCRIBE 2 a qos0 [user-property=\"a\":\"b\"]");
    Script old({.version = ProtocolVersion::v311});
    old.connect();
    CHECK(old.session.subscribe(filters, 7) == 1);
    CHECK(old.sent() == "SUBSCRIBE 1 a qos0");
}

TEST_CASE("an answer nobody asked for is a protocol error") {
    Script s;
    s.connect();
    s.server(SubscriptionAnswer{.reason_codes = std::string_view("\x00", 1), .packet_identifier = 1});
    CHECK(s.events() == "broken protocol_error SUBACK");
    CHECK(s.sent() == "DISCONNECT 0x82");
}

TEST_CASE("UNSUBACK is no answer to SUBSCRIBE") {
    Script s;
    s.connect();
    const std::vector<Subscription> filters = {{.topic_filter = "a"}};
    s.session.subscribe(filters);
    s.server(SubscriptionAnswer{
        .reason_codes = std::string_view("\x00", 1), .type = PacketType::unsuback, .packet_identifier = 1});
    CHECK(s.events() == "broken protocol_error UNSUBACK");
}

TEST_CASE("what only clients send is a protocol error from a server, and so is AUTH that was not asked for") {
    for (const std::string_view bytes : {std::string_view("\xC0\x00", 2), std::string_view("\xF0\x00", 2),
                                         std::string_view("\x82\x06\x00\x01\x00\x00\x01\x61", 8)}) {
        Script s;
        s.connect();
        s.server_bytes(bytes);
        CHECK(s.events().starts_with("broken protocol_error"));
        CHECK(s.sent() == "DISCONNECT 0x82");
    }
}

TEST_CASE("bytes that are not MQTT end the session with DISCONNECT 0x81 [MQTT-4.13.1-1]") {
    Script s;
    s.connect();
    s.server_bytes(std::string_view("\x00\x00", 2));
    CHECK(s.events() == "broken malformed_packet reserved");
    CHECK(s.sent() == "DISCONNECT 0x81");
}

TEST_CASE("a packet above our Maximum Packet Size is refused when it is announced [MQTT-3.1.2-24]") {
    session::Settings settings;
    settings.maximum_packet_size = 100;
    Script s(settings);
    s.connect();
    s.server_bytes(std::string_view("\x30\xFF\x7F", 3));
    CHECK(s.events().starts_with("broken packet_too_large"));
    CHECK(s.sent() == "DISCONNECT 0x95");
}
