// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "session/script.hpp"

using namespace mqtts;
using namespace mqtts::wire;
using test::Script;
using enum Qos;

TEST_CASE("QoS 1: PUBLISH, PUBACK [MQTT-4.3.2]") {
    Script s;
    s.connect();
    CHECK(s.publish("a", "1", at_least_once, true) == Errc::ok);
    CHECK(s.sent() == "PUBLISH 1 qos1 retain a \"1\"");
    CHECK(s.session.unfinished() == 1);
    s.server("PUBACK 1");
    CHECK(s.events().empty());
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("QoS 2: PUBLISH, PUBREC, PUBREL, PUBCOMP [MQTT-4.3.3]") {
    Script s;
    s.connect();
    CHECK(s.publish("a", "1", exactly_once) == Errc::ok);
    CHECK(s.sent() == "PUBLISH 1 qos2 a \"1\"");
    s.server("PUBREC 1");
    CHECK(s.events().empty());
    CHECK(s.sent() == "PUBREL 1");
    CHECK_FALSE(s.session.all_acknowledged());
    s.server("PUBCOMP 1");
    CHECK(s.events().empty());
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("QoS 0 is confirmed by the answer to a PINGREQ sent behind it") {
    Script s;
    s.connect();
    s.session.ping(s.now);
    CHECK(s.publish("a", "1", at_most_once) == Errc::ok);
    CHECK(s.sent() == "PINGREQ; PUBLISH qos0 a \"1\"");
    CHECK(s.session.keep_alive().unconfirmed() == 1);

    s.server("PINGRESP");  // of the PINGREQ before the message: proves nothing
    CHECK(s.events().empty());
    CHECK(s.session.keep_alive().unconfirmed() == 1);
    CHECK_FALSE(s.session.keep_alive().confirming());

    s.session.ping(s.now);
    CHECK(s.session.keep_alive().confirming());
    CHECK_FALSE(s.session.all_acknowledged());
    s.server("PINGRESP");
    CHECK(s.events().empty());
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("messages of QoS 0 unconfirmed when the connection is lost are perhaps lost") {
    Script s;
    s.connect();
    CHECK(s.publish("a", "1", at_most_once) == Errc::ok);
    CHECK(s.publish("a", "2", at_most_once) == Errc::ok);
    s.lose_connection();
    CHECK(s.session.keep_alive().perhaps_lost() == 2);
    s.connect();
    CHECK(s.session.keep_alive().unconfirmed() == 0);
    CHECK(s.session.keep_alive().perhaps_lost() == 2);
}

TEST_CASE("a refusal repeats the number of the message, also when it was sent again") {
    session::Settings settings;
    settings.session_expiry_interval = 60;
    Script s(settings);
    s.connect();
    for (const std::uint64_t number : {17U, 4'000'000'000U})
        CHECK(s.session.publish({.topic_name = "a", .qos = at_least_once}, number) == Errc::ok);
    s.lose_connection();
    s.connect(true);
    s.server("PUBACK 1 0x87");
    s.server("PUBACK 2 0x87");
    for (const std::uint64_t number : {17U, 4'000'000'000U}) {
        const auto event = s.session.next_event();
        REQUIRE(event);
        CHECK(std::get<session::PublishRefused>(*event).number == number);
    }
}

TEST_CASE("nobody is subscribed: a refusal only if it is to be one, and PUBREL follows PUBREC even then") {
    for (const bool fail : {false, true}) {
        CAPTURE(fail);
        session::Settings settings;
        settings.fail_no_subscribers = fail;
        Script s(settings);
        s.connect();
        CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
        CHECK(s.publish("b", "2", exactly_once) == Errc::ok);
        s.sent();
        s.server("PUBACK 1 0x10");
        CHECK(s.events() == (fail ? "refused 1 a 0x10" : ""));
        s.server("PUBREC 2 0x10");
        CHECK(s.events() == (fail ? "refused 2 b 0x10" : ""));
        CHECK(s.sent() == "PUBREL 2");
        s.server("PUBCOMP 2");
        CHECK(s.events().empty());
        CHECK(s.session.all_acknowledged());
    }
}

TEST_CASE("a refusal names the message [MQTT-3.4.2.1] [MQTT-3.5.2.1]") {
    Script s;
    s.connect();
    CHECK(s.publish("a/b", "1", at_least_once) == Errc::ok);
    CHECK(s.publish("c", std::string(300, 'x'), exactly_once) == Errc::ok);
    s.sent();
    s.server("PUBREC 2 0x97");
    CHECK(s.events() == "refused 2 c 0x97");
    s.server("PUBACK 1 0x87");
    CHECK(s.events() == "refused 1 a/b 0x87");
    CHECK(s.session.all_acknowledged());
    CHECK(s.sent().empty());  // no PUBREL after a refusal
}

TEST_CASE("No matching subscribers is a success") {
    Script s;
    s.connect();
    CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
    s.server("PUBACK 1 0x10");
    CHECK(s.events().empty());
    CHECK(s.session.all_acknowledged());
}

TEST_CASE("an acknowledgement of the wrong kind is a protocol error") {
    const auto broken = [](Qos qos, std::string_view answer) {
        Script s;
        s.connect();
        CHECK(s.publish("a", "1", qos) == Errc::ok);
        s.sent();
        s.server(answer);
        const std::string events = s.events();
        return events + " / " + s.sent();
    };
    CHECK(broken(at_least_once, "PUBREC 1") == "broken protocol_error PUBREC / DISCONNECT 0x82");
    CHECK(broken(at_least_once, "PUBCOMP 1") == "broken protocol_error PUBCOMP / DISCONNECT 0x82");
    CHECK(broken(at_least_once, "PUBACK 2") == "broken protocol_error PUBACK / DISCONNECT 0x82");
    CHECK(broken(exactly_once, "PUBACK 1") == "broken acknowledged_at_lower_qos PUBACK / DISCONNECT 0x82");
    CHECK(broken(exactly_once, "PUBCOMP 1") == "broken protocol_error PUBCOMP / DISCONNECT 0x82");
}

TEST_CASE("the window is the smaller of the server's Receive Maximum and our own") {
    session::Settings settings;
    settings.send_window = 3;
    Script s(settings);
    s.connect();
    for (int i = 0; i < 3; ++i)
        CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
    CHECK_FALSE(s.session.can_publish());
    s.server("PUBACK 2");  // out of order: the window counts messages, not identifiers
    CHECK(s.events().empty());
    CHECK(s.session.can_publish());
    CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
    CHECK_FALSE(s.session.can_publish());
}

TEST_CASE("before MQTT 5 the server cannot say how much it takes: the window is small unless we were told otherwise") {
    session::Settings settings;
    settings.version = ProtocolVersion::v311;
    Script s(settings);
    s.connect();
    for (int i = 0; i < 20; ++i)
        CHECK(s.publish("a", "1", exactly_once) == Errc::ok);
    CHECK_FALSE(s.session.can_publish());

    settings.send_window = 30;
    Script wider(settings);
    wider.connect();
    for (int i = 0; i < 30; ++i)
        CHECK(wider.publish("a", "1", exactly_once) == Errc::ok);
    CHECK_FALSE(wider.session.can_publish());
}

TEST_CASE("identifiers wrap around without being used twice [MQTT-2.2.1-3]") {
    session::Settings settings;
    Script s(settings);
    s.connect();
    CHECK(s.publish("a", "first", at_least_once) == Errc::ok);  // never acknowledged
    for (unsigned i = 2; i <= 65535; ++i) {
        CHECK(s.publish("a", "", at_least_once) == Errc::ok);
        s.session.output().clear();
        s.server("PUBACK " + std::to_string(i));
        CHECK(s.events().empty());
    }
    CHECK_FALSE(s.session.can_publish());  // identifier 1 is still taken
    s.server("PUBACK 1");
    CHECK(s.events().empty());
    CHECK(s.publish("a", "again", at_least_once) == Errc::ok);
    CHECK(s.sent() == "PUBLISH 1 qos1 a \"again\"");
}

TEST_CASE("no identifier is used twice, however many lie unused between the first and the last [MQTT-2.2.1-3]") {
    Script s;
    s.connect();
    CHECK(s.publish("a", "1", at_least_once) == Errc::ok);
    s.session.skip_to(65534);
    CHECK(s.session.can_publish());
    CHECK(s.publish("a", "2", at_least_once) == Errc::ok);
    CHECK(s.sent() == "PUBLISH 1 qos1 a \"1\"; PUBLISH 65535 qos1 a \"2\"");
    CHECK_FALSE(s.session.can_publish());
    s.server("PUBACK 1");
    CHECK(s.events().empty());
    CHECK(s.publish("a", "3", at_least_once) == Errc::ok);
    CHECK(s.sent() == "PUBLISH 1 qos1 a \"3\"");
}

TEST_CASE("unsent output and kept bytes are bounded") {
    Script s;
    s.connect();
    const std::string payload(1'000, 'x');
    std::size_t published = 0;
    while (s.session.can_publish()) {
        CHECK(s.publish("a", payload, at_most_once) == Errc::ok);
        ++published;
    }
    CHECK(s.session.output().size() < session::Session::high_water + payload.size() + 100);
    CHECK(published > 20);

    Script kept;
    kept.connect();
    std::size_t bytes = 0;
    while (kept.session.can_publish()) {
        CHECK(kept.publish("a", payload, at_least_once) == Errc::ok);
        bytes += kept.session.output().size();
        kept.session.output().clear();
    }
    CHECK(bytes < session::InFlight::maximum_bytes + payload.size() + 100);
}

TEST_CASE("messages are sent from where they are kept, in order with the packets around them") {
    Script s;
    s.connect();
    const std::string large(session::InFlight::maximum_bytes / 2, 'x');
    std::string sent;
    const auto send = [&](std::size_t most) {
        for (std::size_t missing = most; missing != 0 && !s.session.output().empty();) {
            const std::string_view bytes = s.session.output().readable().substr(0, missing);
            sent += bytes;
            missing -= bytes.size();
            s.session.output().consume(bytes.size());
        }
    };
    CHECK(s.publish("a", "before", at_least_once) == Errc::ok);
    CHECK(s.publish("a", large, at_least_once) == Errc::ok);
    s.session.ping(s.now);
    send(large.size() - 10);
    // Too early, but nothing forbids it. What is not sent yet stays where it is all the same.
    s.server("PUBACK 1");
    s.server("PUBACK 2");
    CHECK(s.events().empty());
    CHECK(s.session.unfinished() == 0);
    CHECK(s.publish("a", "behind", at_least_once) == Errc::ok);
    s.server("PUBACK 3");
    CHECK(s.events().empty());
    CHECK(s.publish("a", std::string(large.size(), 'y'), at_least_once) == Errc::ok);
    s.server("PUBACK 4");
    CHECK(s.events().empty());
    send(2 * large.size());

    Buffer expected;
    const auto publish = [&](std::string_view text, wire::PacketIdentifier identifier) {
        encode(expected,
               wire::Publish{.topic_name = "a", .payload = text, .packet_identifier = identifier, .qos = at_least_once},
               s.session.settings().version);
    };
    publish("before", 1);
    publish(large, 2);
    encode(expected, wire::Pingreq{}, s.session.settings().version);
    publish("behind", 3);
    publish(std::string(large.size(), 'y'), 4);
    CHECK(s.session.output().empty());
    CHECK(sent == expected.readable());
}

TEST_CASE("a batch of messages goes as far as there is room, and says why it goes no further") {
    Script s;
    wire::PropertyWriter granted;
    granted.add(wire::PropertyIdentifier::receive_maximum, 3);
    granted.add(wire::PropertyIdentifier::maximum_packet_size, 20);
    s.connect(false, granted);
    const std::vector<std::string_view> payloads = {"1", "2", "3", "4"};
    const wire::Publish message{.topic_name = "a", .qos = at_least_once};
    Errc error = Errc::protocol_error;
    CHECK(s.session.publish_some(message, payloads, 7, error) == 3);
    CHECK(error == Errc::ok);
    CHECK(s.session.publish_some(message, payloads, 7, error) == 0);
    CHECK(error == Errc::ok);
    s.server("PUBACK 3 0x97");
    const session::Event* refused = s.session.next_event();
    REQUIRE(refused);
    CHECK(std::get<session::PublishRefused>(*refused).number == 9);
    const std::vector<std::string_view> too_large = {"1", "a payload of 20 bytes", "3"};
    const wire::Publish at_most{.topic_name = "a"};
    CHECK(s.session.publish_some(at_most, too_large, 0, error) == 1);
    CHECK(error == Errc::packet_too_large_for_server);
    CHECK(s.session.keep_alive().unconfirmed() == 1);
}

TEST_CASE("a large message that was sent in part is sent again as a whole") {
    Script s;
    s.connect();
    CHECK(s.publish("a", std::string(session::InFlight::maximum_bytes, 'x'), at_least_once) == Errc::ok);
    const std::string first(s.session.output().readable());
    s.session.output().consume(first.size() / 2);
    s.lose_connection();
    CHECK(s.session.output().empty());
    s.connect();
    std::string again(s.session.output().readable());
    again[0] = static_cast<char>(again[0] & ~0x08);  // DUP
    CHECK(again == first);
}

TEST_CASE("PUBCOMP 0x92 is a refusal, unless PUBREL was sent on an earlier connection, too") {
    Script s(test::resumable());
    s.connect();
    for (const char* payload : {"1", "2"})
        CHECK(s.publish("a", payload, exactly_once) == Errc::ok);
    s.server("PUBREC 1");
    s.server("PUBCOMP 1 0x92");  // the server does not know the message any more that it has just taken
    CHECK(s.events() == "refused 1 a 0x92");
    s.server("PUBREC 2");
    CHECK(s.events().empty());
    s.lose_connection();
    s.connect(true);
    s.server("PUBCOMP 2 0x92");  // the PUBCOMP before this one was lost with the connection
    CHECK(s.events().empty());
    CHECK(s.session.all_acknowledged());
}
