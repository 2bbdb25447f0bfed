// SPDX-License-Identifier: Apache-2.0
// The programs against a broker that no real one imitates: one that speaks only 3.1.1, refuses with words, breaks the
// protocol, or breaks the connection. Each test writes both sides of the conversation.
#include <doctest/doctest.h>

#include "integration/conversation.hpp"
#include "integration/programs.hpp"
#include "support/enough_time.hpp"

namespace {

using namespace mqtts::test;
using namespace std::string_literals;
using mqtts::wire::Connack;
using mqtts::wire::PacketType;
using mqtts::wire::PropertyIdentifier;
using mqtts::wire::PropertyWriter;
using mqtts::wire::ProtocolVersion;
using mqtts::wire::Publish;
using mqtts::wire::Qos;
using mqtts::wire::ReasonCode;

const Words publish_x = mqtts_pub({"-t", "a", "-q", "1", "-m", "x"});

/// The publisher's whole conversation with a broker that speaks 3.1.1.
void expect_publish_with_311(ScriptedBroker& broker) {
    broker.accept(ProtocolVersion::v311);
    CHECK(broker.receive().starts_with("CONNECT 3.1.1 clean"));
    broker.send(Connack{});
    CHECK(broker.receive() == "PUBLISH 1 qos1 a \"x\"");
    broker.send(mqtts::wire::Acknowledgement{.type = PacketType::puback, .packet_identifier = 1});
    CHECK(broker.receive() == "DISCONNECT");
    CHECK(broker.receive() == "closed");
    broker.close();
}

void check_falls_back(const std::function<void(ScriptedBroker&)>& refuse) {
    ScriptedBroker broker;
    Words words = publish_x;
    words.push_back("-d");
    Process publisher({.arguments = broker.arguments(words)});
    broker.accept();
    const std::string connect = broker.receive();
    CHECK(connect.starts_with("CONNECT clean"));
    refuse(broker);
    expect_publish_with_311(broker);
    const Outcome outcome = publisher.wait();
    CHECK(outcome.status == 0);
    CHECK(contains(outcome.error, "3.1.1"));
}

}  // namespace

TEST_CASE("a broker that refuses MQTT 5 is asked once more with 3.1.1") {
    SUBCASE("with Reason Code 0x84") {
        check_falls_back([](ScriptedBroker& broker) {
            broker.send(Connack{.reason_code = ReasonCode::unsupported_protocol_version});
            broker.close();
        });
    }
    SUBCASE("with return code 1 of MQTT 3") {
        check_falls_back([](ScriptedBroker& broker) {
            broker.send_bytes("\x20\x02\x00\x01"s);
            broker.close();
        });
    }
    SUBCASE("with a CONNACK of 3.1.1 that accepts it") {
        check_falls_back([](ScriptedBroker& broker) {
            broker.send_bytes("\x20\x02\x00\x00"s);
            broker.close();
        });
    }
    SUBCASE("by closing the connection") {
        check_falls_back([](ScriptedBroker& broker) { broker.close(); });
    }
    SUBCASE("by breaking it") {
        check_falls_back([](ScriptedBroker& broker) { broker.drop(); });
    }
}

TEST_CASE("silence refuses MQTT 5, too, when it has taken three quarters of the connect timeout") {
    with_enough_time(1, [](const std::string& seconds) {
        ScriptedBroker broker;
        Words words = publish_x;
        words.insert(words.end(), {"-d", "--connect-timeout", seconds});
        const auto outcome = converse(broker, {.arguments = broker.arguments(words)}, [&] {
            broker.accept();
            if (!hears(broker, "CONNECT clean") || broker.receive() != "lost") return false;
            broker.accept(ProtocolVersion::v311);
            if (!hears(broker, "CONNECT 3.1.1 clean")) return false;
            broker.send(Connack{});
            const bool published = hears(broker, "PUBLISH 1");
            broker.send(mqtts::wire::Acknowledgement{.type = PacketType::puback, .packet_identifier = 1});
            const bool leaves = hears(broker, "DISCONNECT");
            broker.close();
            return published && leaves;
        });
        if (!outcome) return false;
        CHECK(outcome->status == 0);
        CHECK(contains(outcome->error, "3.1.1"));
        return true;
    });
}

TEST_CASE("with -V 5 nothing else is tried") {
    ScriptedBroker broker;
    Words words = publish_x;
    words.insert(words.end(), {"-V", "5"});
    Process publisher({.arguments = broker.arguments(words)});
    broker.accept();
    REQUIRE(broker.receive().starts_with("CONNECT"));
    broker.send(Connack{.reason_code = ReasonCode::unsupported_protocol_version});
    broker.close();
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 7);
    CHECK(contains(outcome.error, "version"));
}

TEST_CASE("a broker that is slow to answer CONNECT still gets MQTT 5") {
    with_enough_time(2, [](const std::string& seconds) {
        ScriptedBroker broker;
        Words words = publish_x;
        words.insert(words.end(), {"--connect-timeout", seconds});
        const auto outcome = converse(broker, {.arguments = broker.arguments(words)}, [&] {
            broker.accept();
            if (!hears(broker, "CONNECT clean")) return false;
            // It neither sends nor gives up.
            if (broker.hears_within(std::chrono::milliseconds(static_cast<int>(600 * std::stod(seconds)))))
                return false;
            broker.send(Connack{});
            if (broker.receive() != "PUBLISH 1 qos1 a \"x\"") return false;
            broker.send(mqtts::wire::Acknowledgement{.type = PacketType::puback, .packet_identifier = 1});
            const bool leaves = hears(broker, "DISCONNECT");
            broker.close();
            return leaves;
        });
        if (!outcome) return false;
        CHECK(outcome->status == 0);
        return true;
    });
}

TEST_CASE("what only MQTT 5 has is not dropped: a broker without it is refused, and the option named") {
    const std::pair<std::string, std::function<void(ScriptedBroker&)>> refusals[] = {
        {"return code 1", [](ScriptedBroker& broker) { broker.send_bytes("\x20\x02\x00\x01"s); }},
        {"a CONNACK of 3.1.1", [](ScriptedBroker& broker) { broker.send_bytes("\x20\x02\x00\x00"s); }},
        {"closing", [](ScriptedBroker&) {}}};
    for (const auto& [name, refuse] : refusals) {
        CAPTURE(name);
        ScriptedBroker broker;
        Words words = publish_x;
        words.insert(words.end(), {"-x", "60"});
        Process publisher({.arguments = broker.arguments(words)});
        broker.accept();
        REQUIRE(broker.receive().starts_with("CONNECT"));
        refuse(broker);
        broker.close();
        const Outcome outcome = publisher.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 7);
        CHECK(contains(outcome.error, "leave out -x"));
    }
}

TEST_CASE("a broker that hangs up before CONNACK is asked once for each version, and the possible causes are named") {
    struct Row {
        Words options;
        int attempts;
        std::string cause;
    };
    for (const Row& row : {Row{{"-u", "me", "-P", "x"}, 2, " is down; check -i, --username and --pw\n"},
                           Row{{"-V", "5"}, 1, " is down; check -i, or give --username and --pw, or try -V 311\n"},
                           Row{{"--will-topic", "w"}, 2, "the client identifier, the user or the Will Message, "},
                           Row{{}, 2, "a proxy whose broker is down; check -i, or give --username and --pw\n"}}) {
        CAPTURE(row.options);
        ScriptedBroker broker;
        Words words = publish_x;
        words.insert(words.end(), row.options.begin(), row.options.end());
        Process publisher({.arguments = broker.arguments(words)});
        for (int attempt = 1; attempt <= row.attempts; ++attempt) {
            broker.accept(attempt == 1 ? ProtocolVersion::v5 : ProtocolVersion::v311);
            REQUIRE(broker.receive().starts_with("CONNECT"));
            broker.close();
        }
        const Outcome outcome = publisher.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 10);
        CHECK(contains(outcome.error, " closed the connection before CONNACK; perhaps the broker refuses "));
        CHECK(contains(outcome.error, row.cause));
    }
}

TEST_CASE("a wrong password gets its cure whatever the broker calls it") {
    for (const ReasonCode code : {ReasonCode::bad_user_name_or_password, ReasonCode::not_authorized}) {
        for (const ProtocolVersion version : {ProtocolVersion::v5, ProtocolVersion::v311}) {
            ScriptedBroker broker;
            Words words = publish_x;
            words.insert(words.end(), {"-V", version == ProtocolVersion::v5 ? "5" : "311", "-u", "me", "-P", "x"});
            Process publisher({.arguments = broker.arguments(words)});
            broker.accept(version);
            REQUIRE(broker.receive().starts_with("CONNECT"));
            broker.send(Connack{.reason_code = code});
            broker.close();
            const Outcome outcome = publisher.wait();
            CAPTURE(outcome.error);
            CHECK(outcome.status == 7);
            CHECK(contains(outcome.error, "; check --username and --pw\n"));
        }
    }
}

TEST_CASE("DISCONNECT before CONNACK in MQTT 3.1.1 is the end of a connection like any other") {
    ScriptedBroker broker;
    Words words = publish_x;
    words.insert(words.end(), {"-V", "311", "--retry-connect"});
    Process publisher({.arguments = broker.arguments(words)});
    broker.accept(ProtocolVersion::v311);
    REQUIRE(broker.receive().starts_with("CONNECT"));
    broker.send_bytes("\xe0\x00"s);
    broker.close();
    expect_publish_with_311(broker);
    CHECK(publisher.wait().status == 0);
}

TEST_CASE("QoS 2 answered with PUBACK is status 9, with the cure") {
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(mqtts_pub({"-t", "a", "-q", "2", "-m", "x"}))});
    broker.accept_client();
    REQUIRE(broker.receive().starts_with("PUBLISH 1"));
    broker.send(mqtts::wire::Acknowledgement{.type = PacketType::puback, .packet_identifier = 1});
    CHECK(broker.receive().starts_with("DISCONNECT 0x82"));
    broker.close();
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 9);
    CHECK(contains(outcome.error, "publish with -q 1"));
}

TEST_CASE("enhanced authentication that was asked for with -D is status 7") {
    ScriptedBroker broker;
    Words words = publish_x;
    words.insert(words.end(), {"-D", "connect", "authentication-method", "SCRAM-SHA-256"});
    Process publisher({.arguments = broker.arguments(words)});
    broker.accept();
    REQUIRE(broker.receive().starts_with("CONNECT"));
    broker.send_bytes("\xf0\x00"s);
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 7);
    CHECK(contains(outcome.error, "authentication-method"));
}

TEST_CASE("a refused connection tells the broker's own reason, without its control characters [MQTT-3.2.2-18]") {
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(publish_x)});
    broker.accept();
    REQUIRE(broker.receive().starts_with("CONNECT"));
    PropertyWriter properties;
    properties.add(PropertyIdentifier::reason_string, "maintenance \x1b[31mtoday");
    broker.send(Connack{.properties = properties.view(), .reason_code = ReasonCode::banned});
    broker.close();
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 7);
    CHECK(contains(outcome.error, "banned"));
    CHECK(contains(outcome.error, "maintenance"));
    CHECK(contains(outcome.error, "today"));
    CHECK_FALSE(contains(outcome.error, "\x1b"));
}

TEST_CASE("nothing is acknowledged that could not be written") {
    for (const Qos qos : {Qos::at_least_once, Qos::exactly_once}) {
        ScriptedBroker broker;
        Process subscriber(
            {.arguments = broker.arguments(mqtts_sub({"-t", "a", "-q", "2"})), .output_file = "/dev/full"});
        broker.accept_subscriber();
        broker.send(Publish{.topic_name = "a", .payload = "x", .packet_identifier = 7, .qos = qos});
        const std::string next = broker.receive();
        CHECK_MESSAGE((next.starts_with("DISCONNECT") || next == "closed"), next);
        broker.close();
        CHECK(subscriber.wait().status == 3);
    }
}

TEST_CASE("a message of QoS 2 is written once, however often it is sent [MQTT-4.3.3-10]") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "-q", "2"}))});
    broker.accept_subscriber();
    const Publish message{.topic_name = "a", .payload = "x", .packet_identifier = 7, .qos = Qos::exactly_once};
    Publish again = message;
    again.dup = true;
    broker.send(message);
    CHECK(broker.receive() == "PUBREC 7");
    broker.send(again);
    CHECK(broker.receive() == "PUBREC 7");
    broker.send(mqtts::wire::Acknowledgement{.type = PacketType::pubrel, .packet_identifier = 7});
    CHECK(broker.receive() == "PUBCOMP 7");
    subscriber.signal(SIGTERM);
    CHECK(broker.receive().starts_with("DISCONNECT"));
    CHECK(broker.receive() == "closed");
    broker.close();
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "x\n");
}

TEST_CASE("a broker that breaks the protocol is told so, and the status is 9 [MQTT-4.13.1-1]") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a"}))});
    broker.accept_subscriber();
    broker.send_bytes("\x36\x03\x00\x01"s + "a");  // PUBLISH with both bits of QoS set
    CHECK(broker.receive().starts_with("DISCONNECT 0x81"));
    broker.close();
    const Outcome outcome = subscriber.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 9);
    CHECK(contains(outcome.error, "PUBLISH"));
}

TEST_CASE("a positive acknowledgement is what counts: 0x87 in PUBACK and in PUBREC is status 8") {
    struct Refusal {
        const char* qos;
        PacketType type;
    };
    for (const auto& [qos, type] : {Refusal{"1", PacketType::puback}, Refusal{"2", PacketType::pubrec}}) {
        ScriptedBroker broker;
        Process publisher({.arguments = broker.arguments(mqtts_pub({"-t", "a/b", "-q", qos, "-m", "x"}))});
        broker.accept_client();
        REQUIRE(broker.receive().starts_with("PUBLISH 1"));
        PropertyWriter properties;
        properties.add(PropertyIdentifier::reason_string, "not for you");
        broker.send(mqtts::wire::Acknowledgement{.properties = properties.view(),
                                                 .type = type,
                                                 .packet_identifier = 1,
                                                 .reason_code = ReasonCode::not_authorized});
        CHECK(broker.receive().starts_with("DISCONNECT"));
        broker.close();
        const Outcome outcome = publisher.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 8);
        CHECK(contains(outcome.error, "a/b"));
        CHECK(contains(outcome.error, "not for you"));
    }
}

TEST_CASE("a session taken over by another client ends the subscriber with 7") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a"}))});
    broker.accept_subscriber();
    broker.send(mqtts::wire::Disconnect{.reason_code = ReasonCode::session_taken_over});
    broker.close();
    const Outcome outcome = subscriber.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 7);
    CHECK(contains(outcome.error, "taken over"));
}

TEST_CASE("a connection that ends without close_notify is lost: 10, with what was left unacknowledged") {
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(mqtts_pub({"-t", "a", "-q", "1", "-l", "--reconnect", "never"})),
                       .input = Pipe{}});
    broker.accept_client();
    publisher.write("one\n");
    CHECK(broker.receive() == "PUBLISH 1 qos1 a \"one\"");
    broker.drop();
    const Outcome outcome = publisher.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 10);
    CHECK(contains(outcome.error, "1 message"));
}

TEST_CASE("a signal before it has subscribed ends the subscriber with 128 + n") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a"}))});
    broker.accept();
    REQUIRE(broker.receive().starts_with("CONNECT"));
    subscriber.signal(SIGTERM);
    CHECK(subscriber.wait().status == 128 + SIGTERM);
}
