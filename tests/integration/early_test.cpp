// What is sent before CONNACK: nothing, unless --early asks for it; and what becomes of it at brokers that do not take
// it.
#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>

#include "integration/programs.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using namespace std::chrono_literals;
using mqtts::wire::Acknowledgement;
using mqtts::wire::Connack;
using mqtts::wire::PacketType;
using mqtts::wire::ReasonCode;
using mqtts::wire::SubscriptionAnswer;

const Acknowledgement puback{.type = PacketType::puback, .packet_identifier = 1};
const SubscriptionAnswer suback{.reason_codes = std::string_view("\0", 1), .packet_identifier = 1};

Words publish_one(const Words& options) {
    Words words = mqtts_pub({"-t", "a", "-q", "1", "-m", "x"});
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

Words with(Words options, const Words& more) {
    options.insert(options.end(), more.begin(), more.end());
    return options;
}

Words subscribe_once(const Words& options) {
    Words words = mqtts_sub({"-t", "a", "-E"});
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

/// The patient conversation that follows: 0 is the status then.
Outcome publish_patiently(ScriptedBroker& broker, Process& publisher) {
    broker.accept_client();
    CHECK(broker.receive() == "PUBLISH 1 qos1 a \"x\"");
    broker.send(puback);
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    return publisher.wait();
}

}  // namespace

TEST_CASE("nothing follows CONNECT before CONNACK") {
    const Words commands[] = {publish_one({}), subscribe_once({}), mqtts_pub({"-t", "a", "-q", "0", "-m", "x"}),
                              mqtts_pub({"-t", "a", "-e", "b", "-m", "x"})};
    for (const Words& words : commands) {
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
}

TEST_CASE("--early sends one message of QoS 1, or the subscriptions, behind CONNECT") {
    ScriptedBroker broker;
    Process publisher({.arguments = broker.arguments(publish_one({"--early"}))});
    broker.accept();
    CHECK(broker.receive().starts_with("CONNECT clean"));
    CHECK(broker.receive() == "PUBLISH 1 qos1 a \"x\"");
    broker.send(Connack{});
    broker.send(puback);
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    CHECK(publisher.wait().status == 0);

    Process subscriber({.arguments = broker.arguments(subscribe_once({})), .environment = {"MQTTS_EARLY=1"}});
    broker.accept();
    CHECK(broker.receive().starts_with("CONNECT clean"));
    CHECK(broker.receive().starts_with("SUBSCRIBE 1 a"));
    broker.send(Connack{});
    broker.send(suback);
    CHECK(broker.receive().starts_with("DISCONNECT"));
    broker.close();
    CHECK(subscriber.wait().status == 0);
}

TEST_CASE("--early holds back what may not be sent early: other QoS, retained messages, sessions, Wills") {
    for (const Words& options : {Words{"-q", "0"}, {"-q", "2"}, {"-r"}, {"-c", "-i", "me"}, {"--will-topic", "w"}}) {
        CAPTURE(options);
        ScriptedBroker broker;
        Process publisher({.arguments = broker.arguments(publish_one(with(options, {"--early", "-W", "1"})))});
        broker.accept();
        CHECK(broker.receive().starts_with("CONNECT"));
        CHECK(broker.receive() == "closed");  // nothing came until the time was up
        CHECK(publisher.wait().status == 27);
    }
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

TEST_CASE("--early: a broker that closes, refuses or stays silent is asked once more without, and that is said once") {
    const std::pair<std::string, std::function<void(ScriptedBroker&)>> rows[] = {
        {"closes", [](ScriptedBroker& broker) { broker.close(); }},
        {"breaks", [](ScriptedBroker& broker) { broker.drop(); }},
        {"DISCONNECT",
         [](ScriptedBroker& broker) {
             broker.send(mqtts::wire::Disconnect{.reason_code = ReasonCode::protocol_error});
             broker.close();
         }},
        {"CONNACK 0x82",
         [](ScriptedBroker& broker) {
             broker.send(Connack{.reason_code = ReasonCode::protocol_error});
             broker.close();
         }},
        {"silent", [](ScriptedBroker& broker) { CHECK(broker.receive() == "lost"); }},
        {"accepts, closes after",
         [](ScriptedBroker& broker) {
             broker.send(Connack{});
             broker.close();
         }},
        {"accepts, drops the packet",
         [](ScriptedBroker& broker) {
             broker.send(Connack{});
             CHECK(broker.receive() == "PINGREQ");
             broker.send(mqtts::wire::Pingresp{});
             CHECK(broker.receive() == "lost");
         }},
    };
    for (const auto& [name, refuse] : rows) {
        for (const std::string version : {"5", ""}) {
            CAPTURE(name);
            CAPTURE(version);
            ScriptedBroker broker;
            Words options{"--early", "--connect-timeout", "4", "--reconnect", "never"};
            if (!version.empty()) options.insert(options.end(), {"-V", version});
            Process publisher({.arguments = broker.arguments(publish_one(options))});
            broker.accept();
            CHECK(broker.receive().starts_with("CONNECT clean"));
            CHECK(broker.receive().starts_with("PUBLISH 1"));
            refuse(broker);
            const Outcome outcome = publish_patiently(broker, publisher);
            CAPTURE(outcome.error);
            CHECK(outcome.status == 0);
            CHECK(contains(outcome.error,
                           "does not take --early: the message is sent again after CONNACK, and may "
                           "arrive twice\n"));
            CHECK(std::count(outcome.error.begin(), outcome.error.end(), '\n') == 1);
        }
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
    CHECK(contains(outcome.error, "does not take --early: subscribing again after CONNACK\n"));
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
        broker.send(Connack{.properties = granted.view()});
        if (early) broker.send(puback);
        CHECK(broker.receive().starts_with("DISCONNECT 0x00"));
        broker.close();
        const Outcome outcome = publisher.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 8);
        CHECK(contains(outcome.error, "QoS"));
        CHECK(contains(outcome.error, "sent before CONNACK, perhaps delivered") == early);
    }
}
