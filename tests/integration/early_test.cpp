// SPDX-License-Identifier: Apache-2.0
// What is sent before CONNACK: nothing, unless --early asks for it; and what becomes of it at brokers that do not take
// it.
#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <functional>

#include "integration/conversation.hpp"
#include "integration/programs.hpp"
#include "support/enough_time.hpp"

namespace {

using namespace mqtts::test;
using namespace std::chrono_literals;
using mqtts::Buffer;
using mqtts::wire::Acknowledgement;
using mqtts::wire::Connack;
using mqtts::wire::PacketType;
using mqtts::wire::ProtocolVersion;
using mqtts::wire::ReasonCode;
using mqtts::wire::SubscriptionAnswer;

const Acknowledgement puback{.type = PacketType::puback, .packet_identifier = 1};
const SubscriptionAnswer suback{.reason_codes = std::string_view("\0", 1), .packet_identifier = 1};

Words publish_one(const Words& options) {
    Words words = mqtts_pub({"-t", "a", "-q", "1", "-m", "x"});
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

Words subscribe_once(const Words& options) {
    Words words = mqtts_sub({"-t", "a", "-E"});
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

/// CONNACK and an answer in one: with half a second between them the program would ask for it with a ping.
void accept_and(ScriptedBroker& broker, const auto& answer, const Connack& connack = {}) {
    Buffer bytes;
    encode(bytes, connack, ProtocolVersion::v5);
    encode(bytes, answer, ProtocolVersion::v5);
    broker.send_bytes(bytes.readable());
}

/// Nothing follows CONNECT; who waits for CONNACK is told of it then.
void check_patience(const Words& words) {
    CAPTURE(words);
    ScriptedBroker broker;
    Process program({.arguments = broker.arguments(words)});
    broker.accept();
    CHECK(broker.receive().starts_with("CONNECT"));
    CHECK_FALSE(broker.hears_within(300ms));
    broker.send(Connack{.reason_code = ReasonCode::not_authorized});
    CHECK(broker.receive() == "closed");
    CHECK(program.wait().status == 7);
}

}  // namespace

TEST_CASE("nothing follows CONNECT before CONNACK") {
    const Words commands[] = {publish_one({}), subscribe_once({}), mqtts_pub({"-t", "a", "-q", "0", "-m", "x"}),
                              mqtts_pub({"-t", "a", "-e", "b", "-m", "x"})};
    for (const Words& words : commands)
        check_patience(words);
}

TEST_CASE("--early sends one message of QoS 1, or the subscriptions, behind CONNECT") {
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(publish_one({"--early"}))});
    broker.accept();
    CHECK(broker.receive().starts_with("CONNECT clean"));
    CHECK(broker.receive() == "PUBLISH 1 qos1 a \"x\"");
    accept_and(broker, puback);
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    CHECK(publisher.wait().status == 0);

    Process subscriber({.arguments = broker.arguments(subscribe_once({})), .environment = {"MQTTS_EARLY=1"}});
    broker.accept();
    CHECK(broker.receive().starts_with("CONNECT clean"));
    CHECK(broker.receive().starts_with("SUBSCRIBE 1 a"));
    accept_and(broker, suback);
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    CHECK(subscriber.wait().status == 0);
}

TEST_CASE("--early holds back what may not be sent early: other QoS, retained messages, sessions, Wills") {
    for (const Words& options : {Words{"-q", "0"}, {"-q", "2"}, {"-r"}, {"-c", "-i", "me"}, {"--will-topic", "w"}})
        check_patience(publish_one(with(options, {"--early"})));
}

TEST_CASE("--early: an acknowledgement that comes before CONNACK counts once that is there") {
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(publish_one({"--early"}))});
    broker.accept();
    CHECK(broker.receive().starts_with("CONNECT clean"));
    CHECK(broker.receive().starts_with("PUBLISH 1"));
    broker.send(puback);
    CHECK_FALSE(broker.hears_within(300ms));
    broker.send(Connack{});
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    CHECK(publisher.wait().status == 0);
}

TEST_CASE("--early: a message counts for nothing before it is acknowledged") {
    for (const int signal : {0, SIGINT}) {
        ScriptedBroker broker;
        Process publisher({.arguments = broker.arguments(publish_one({"--early"}))});
        broker.accept();
        CHECK(broker.receive().starts_with("CONNECT clean"));
        CHECK(broker.receive().starts_with("PUBLISH 1"));
        broker.send(puback);
        if (signal != 0)
            publisher.signal(signal);
        else
            broker.send(Connack{.reason_code = ReasonCode::not_authorized});
        broker.close();
        const Outcome outcome = publisher.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == (signal != 0 ? 128 + signal : 7));
    }
}

namespace {

/// What a broker does with a CONNECT and what follows it at once. False: it did not come to that.
using Refusal = std::function<bool(ScriptedBroker&)>;

void check_once_more(const Refusal& refuse, const Words& options) {
    // Half of the time is for the second attempt.
    with_enough_time(2, [&](const std::string& seconds) {
        ScriptedBroker broker;
        const Words words =
            publish_one(with(options, {"--early", "--connect-timeout", seconds, "--reconnect", "never"}));
        const auto outcome = converse(broker, {.arguments = broker.arguments(words)}, [&] {
            broker.accept();
            if (!hears(broker, "CONNECT clean") || !hears(broker, "PUBLISH 1") || !refuse(broker)) return false;
            broker.accept();
            if (!hears(broker, "CONNECT")) return false;
            broker.send(Connack{});
            if (broker.receive() != "PUBLISH 1 qos1 a \"x\"") return false;
            broker.send(puback);
            const bool leaves = hears(broker, "DISCONNECT");
            broker.close();
            return leaves;
        });
        if (!outcome) return false;
        CAPTURE(outcome->error);
        CHECK(outcome->status == 0);
        CHECK(contains(outcome->error,
                       "does not accept --early; sending the message again after CONNACK, so it may arrive twice\n"));
        CHECK(std::count(outcome->error.begin(), outcome->error.end(), '\n') == 1);
        return true;
    });
}

}  // namespace

TEST_CASE("--early: a broker that closes, refuses or stays silent is asked once more without, and that is said once") {
    struct Row {
        std::string name;
        Refusal refuse;
    };
    const std::vector<Row> rows = {
        {"closes", [](ScriptedBroker& broker) { return broker.close(), true; }},
        {"breaks", [](ScriptedBroker& broker) { return broker.drop(), true; }},
        {"DISCONNECT",
         [](ScriptedBroker& broker) {
             broker.send(mqtts::wire::Disconnect{.reason_code = ReasonCode::protocol_error});
             broker.close();
             return true;
         }},
        {"CONNACK 0x82",
         [](ScriptedBroker& broker) {
             broker.send(Connack{.reason_code = ReasonCode::protocol_error});
             broker.close();
             return true;
         }},
        {"silent", [](ScriptedBroker& broker) { return broker.receive() == "lost"; }},
        {"accepts, closes after",
         [](ScriptedBroker& broker) {
             broker.send(Connack{});
             broker.close();
             return true;
         }},
        {"accepts, drops the packet",
         [](ScriptedBroker& broker) {
             broker.send(Connack{});
             if (broker.receive() != "PINGREQ") return false;
             broker.send(mqtts::wire::Pingresp{});
             return broker.receive() == "lost";
         }},
    };
    for (const Words& version : {Words{"-V", "5"}, Words{}}) {
        CAPTURE(version);
        side_by_side(rows, [&](const Row& row) {
            CAPTURE(row.name);
            check_once_more(row.refuse, version);
        });
    }
}

TEST_CASE("--early: subscriptions that the broker drops are made again") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(subscribe_once({"--early"}))});
    broker.accept();
    CHECK(broker.receive().starts_with("CONNECT clean"));
    CHECK(broker.receive().starts_with("SUBSCRIBE 1 a"));
    broker.close();
    broker.accept_client();
    CHECK(broker.receive().starts_with("SUBSCRIBE 2 a"));
    SubscriptionAnswer second = suback;
    second.packet_identifier = 2;
    broker.send(second);
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    const Outcome outcome = subscriber.wait();
    CHECK(outcome.status == 0);
    CHECK(contains(outcome.error, "does not accept --early; subscribing again after CONNACK\n"));
}

TEST_CASE("--early: a wrong password is not tried again") {
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(publish_one({"--early", "-u", "me", "-P", "x"}))});
    broker.accept();
    CHECK(broker.receive().starts_with("CONNECT clean"));
    broker.send(Connack{.reason_code = ReasonCode::bad_user_name_or_password});
    broker.close();
    const Outcome outcome = publisher.wait();
    CHECK(outcome.status == 7);
    CHECK(contains(outcome.error, "check --username and --pw"));
}

TEST_CASE("what CONNACK does not allow is status 8, with --early and without") {
    using mqtts::wire::PropertyIdentifier;
    for (const bool early : {true, false}) {
        CAPTURE(early);
        ScriptedBroker broker;
        Process publisher({.arguments = broker.arguments(publish_one({early ? "--early" : "--early=no"}))});
        broker.accept();
        CHECK(broker.receive().starts_with("CONNECT clean"));
        if (early) CHECK(broker.receive().starts_with("PUBLISH 1"));
        mqtts::wire::PropertyWriter granted;
        granted.add(PropertyIdentifier::maximum_qos, 0);
        const Connack connack{.properties = granted.view()};
        if (early)
            accept_and(broker, puback, connack);
        else
            broker.send(connack);
        CHECK(broker.receive().starts_with("DISCONNECT 0x00"));
        broker.close();
        const Outcome outcome = publisher.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 8);
        CHECK(contains(outcome.error, "QoS"));
        CHECK(contains(outcome.error, "sent before CONNACK, perhaps delivered") == early);
    }
}
