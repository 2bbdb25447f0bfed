// SPDX-License-Identifier: Apache-2.0
// mqtts-sub --on: each message goes to the commands whose Topic Filter it matches, to each of them once.
#include <doctest/doctest.h>

#include <set>

#include "integration/commands.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using mqtts::wire::Acknowledgement;
using mqtts::wire::Connack;
using mqtts::wire::PacketType;
using mqtts::wire::PropertyIdentifier;
using mqtts::wire::PropertyWriter;
using mqtts::wire::Publish;
using mqtts::wire::Qos;

using Lines = std::multiset<std::string>;

/// What these commands write for messages that are published once all Topic Filters are granted. "end" comes last.
Lines dispatch(Mosquitto& broker, const Words& options, const Words& filters, const std::string& messages,
               const std::string& qos) {
    const Words words = with(options, {"-q", qos, "--until", "^last$"});
    Process subscriber({.arguments = mqtts_sub(broker, words)});
    for (const std::string& filter : filters)
        wait_for_subscription(broker, filter);
    publish_lines(broker, messages, {"-q", qos, "--topic-delimiter", "="});
    const Outcome outcome = subscriber.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 0);
    CHECK(outcome.error == "");
    return set_of_lines(outcome.output);
}

const std::string tell = "echo $MQTT_TOPIC=$(cat)";

/// Tells which command it is, too.
std::string told_by(const std::string& name) {
    return "echo " + name + ": $MQTT_TOPIC=$(cat)";
}

}  // namespace

TEST_CASE("--on: each command gets what its Topic Filter matches, also beside --exec with -t") {
    for (const char* version : {"5", "311"}) {
        for (const char* jobs : {"1", "4"}) {
            CAPTURE(version);
            CAPTURE(jobs);
            Mosquitto broker({.configuration = lossless});
            const Words options{"-V",  version,      "--jobs", jobs, "--on", "a/#", told_by("A"), "--on",
                                "b/+", told_by("B"), "-t",     "c",  "-t",   "d",   "--exec",     told_by("C")};
            const std::string messages = "a=1\na/x/y=2\nb/x=3\nb/x/y=4\ne=5\nc=6\nd=7\na/x=last\n";
            const Lines expected{"A: a=1", "A: a/x/y=2", "B: b/x=3", "C: c=6", "C: d=7", "A: a/x=last"};
            CHECK(dispatch(broker, options, {"a/#", "b/+", "c", "d"}, messages, "1") == expected);
        }
    }
}

TEST_CASE("--on is enough: neither -t nor --exec is needed, and one command may have several Topic Filters") {
    Mosquitto broker;
    const Words options{"--on", "a", tell, "--on", "b", tell};
    CHECK(dispatch(broker, options, {"a", "b"}, "a=1\nb=last\n", "1") == Lines{"a=1", "b=last"});
}

TEST_CASE("--on, several match (MQTT 5): each runs once for each message, sent once or several times by the broker") {
    for (const char* duplicates : {"true", "false"}) {
        for (const char* qos : {"0", "1", "2"}) {
            CAPTURE(duplicates);
            CAPTURE(qos);
            Mosquitto broker({.configuration = lossless + "allow_duplicate_messages " + duplicates + "\n"});
            const Words options{"--on", "a/#", told_by("A"), "--on", "a/+", told_by("B"), "--on", "+/x", told_by("C")};
            // Two messages that do not differ are two messages.
            const std::string messages = "a/x=1\na/x=1\na/y=2\nb/x=3\na/y/z=4\nb/x=last\n";
            const Lines expected{"A: a/x=1", "A: a/x=1", "B: a/x=1", "B: a/x=1",   "C: a/x=1",   "C: a/x=1",
                                 "A: a/y=2", "B: a/y=2", "C: b/x=3", "A: a/y/z=4", "C: b/x=last"};
            CHECK(dispatch(broker, options, {"a/#", "a/+", "+/x"}, messages, qos) == expected);
        }
    }
}

TEST_CASE("--on, one PUBLISH with several Subscription Identifiers is acknowledged when all commands have succeeded") {
    const TemporaryDirectory directory;
    const Diary diary(directory);
    ScriptedBroker broker;
    const std::string slow = "sleep 0.2; echo $MQTT_TOPIC >>\"$DONE\"";
    Process subscriber(
        {.arguments = broker.arguments(mqtts_sub({"-q", "1", "-C", "1", "--on", "a/#", slow, "--on", "a/+", slow})),
         .environment = {diary.variable()}});
    broker.accept_client();
    PropertyWriter identifiers;
    // Topic Filters with different identifiers travel in different packets [MQTT-3.8.2.1.2].
    for (int i = 0; i < 2; ++i) {
        const std::string subscribe = broker.receive();
        REQUIRE(subscribe.starts_with("SUBSCRIBE "));
        const std::size_t at = subscribe.find("subscription-identifier=");
        REQUIRE(at != std::string::npos);
        identifiers.add(PropertyIdentifier::subscription_identifier,
                        static_cast<std::uint32_t>(std::stoul(subscribe.substr(at + 24))));
        broker.send(mqtts::wire::SubscriptionAnswer{
            .reason_codes = "\x01",
            .packet_identifier = static_cast<mqtts::wire::PacketIdentifier>(std::stoi(subscribe.substr(10)))});
    }
    broker.send(Publish{.topic_name = "a/x",
                        .payload = "x",
                        .properties = identifiers.view(),
                        .packet_identifier = 7,
                        .qos = Qos::at_least_once});
    CHECK(broker.receive() == "PUBACK 7");
    CHECK(diary.text() == "a/x\na/x\n");
    CHECK(broker.receive().starts_with("DISCONNECT 0x00"));
    broker.close();
    CHECK(subscriber.wait().status == 0);
}

TEST_CASE("--on: Topic Filters that overlap without Subscription Identifiers are refused, and both are named") {
    struct Case {
        Words options;
        Words named;
    };
    const Case cases[] = {{{"--on", "a/#", "true", "--on", "a/+/c", "true"}, {"a/#", "a/+/c"}},
                          {{"--on", "a/+", "true", "--on", "+/b", "true"}, {"a/+", "+/b"}},
                          {{"--on", "b/#", "true", "--on", "$share/g/b", "true"}, {"b/#", "$share/g/b"}},
                          {{"--on", "a/#", "true", "-t", "a/b", "--exec", "true"}, {"a/#", "a/b"}}};
    for (const auto& [options, named] : cases) {
        const Outcome outcome =
            run({.arguments = mqtts_sub(with({"-h", "localhost", "-p", "1", "-V", "311"}, options))});
        CAPTURE(options);
        CAPTURE(outcome.error);
        CHECK(outcome.status == 2);
        for (const std::string& filter : named)
            CHECK(contains(outcome.error, filter));
    }
}

TEST_CASE("--on: a broker of MQTT 5 without Subscription Identifiers, and Topic Filters that overlap: 2") {
    for (const bool overlapping : {true, false}) {
        ScriptedBroker broker;
        const Words options{"-C", "1", "--on", "a/#", tell, "--on", overlapping ? "a/b" : "b", tell};
        Process subscriber({.arguments = broker.arguments(mqtts_sub(options))});
        broker.accept();
        CHECK(broker.receive().starts_with("CONNECT "));
        PropertyWriter limits;
        limits.add(PropertyIdentifier::subscription_identifier_available, 0);
        broker.send(Connack{.properties = limits.view()});
        std::string packet = broker.receive();
        while (packet.starts_with("SUBSCRIBE ")) {
            CHECK_FALSE(contains(packet, "subscription-identifier"));
            const std::string granted(contains(packet, ",") ? 2 : 1, '\0');
            broker.send(mqtts::wire::SubscriptionAnswer{
                .reason_codes = granted,
                .packet_identifier = static_cast<mqtts::wire::PacketIdentifier>(std::stoi(packet.substr(10)))});
            if (contains(packet, " b ")) broker.send(Publish{.topic_name = "b", .payload = "x"});
            packet = broker.receive();
        }
        CHECK(packet.starts_with("DISCONNECT"));
        broker.close();
        const Outcome outcome = subscriber.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == (overlapping ? 2 : 0));
        CHECK(outcome.output == (overlapping ? "" : "b=x\n"));
        if (overlapping) CHECK(contains(outcome.error, "a/#"));
        if (overlapping) CHECK(contains(outcome.error, "a/b"));
    }
}

TEST_CASE("--on: a shared subscription matches without its $share/GROUP/") {
    for (const char* version : {"5", "311"}) {
        CAPTURE(version);
        Mosquitto broker({.configuration = lossless});
        const Words options{"-V", version, "--on", "$share/g/a/+", told_by("A"), "--on", "b", told_by("B")};
        CHECK(dispatch(broker, options, {"$share/g/a/+", "b"}, "a/x=1\nb=last\n", "1") ==
              Lines{"A: a/x=1", "B: b=last"});
    }
}

TEST_CASE("--on with --exec-failure retry: only the command that failed runs again") {
    for (const char* duplicates : {"true", "false"}) {
        CAPTURE(duplicates);
        Mosquitto broker({.configuration = lossless + "allow_duplicate_messages " + duplicates + "\n"});
        const Diary diary(broker.directory());
        const std::string failing = "echo B >>\"$DONE\"; [ $(grep -c B \"$DONE\") -ge 3 ]";
        const Words options{"-q",   "1",   "--exec-failure",     "retry=3", "-W",  "600",  "--until", "end",
                            "--on", "a/#", "echo A >>\"$DONE\"", "--on",    "a/+", failing};
        Process subscriber({.arguments = mqtts_sub(broker, options), .environment = {diary.variable()}});
        wait_for_subscription(broker, "a/#");
        wait_for_subscription(broker, "a/+");
        publish_lines(broker, "a/x=1\na/x/y=end\n", {"-q", "1", "--topic-delimiter", "="});
        const Outcome outcome = subscriber.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 0);
        CHECK(set_of_lines(diary.text()) == Lines{"A", "A", "B", "B", "B"});
    }
}

TEST_CASE("--on with --exec-failure end: one command fails, and the message comes again") {
    Mosquitto broker({.configuration = lossless});
    const Words options{"-c", "-i", "worker", "-q", "1", "-W", "600", "--on", "a/#", "exit 5", "--on", "a/+", tell};
    Process first({.arguments = mqtts_sub(broker, options)});
    wait_for_subscription(broker, "a/#");
    wait_for_subscription(broker, "a/+");
    publish_lines(broker, "a/x=1\n", {"-q", "1", "--topic-delimiter", "="});
    const Outcome outcome = first.wait();
    CHECK(outcome.status == 5);
    CHECK(contains(outcome.error, "a/x"));
    const Words again{"-c", "-i", "worker", "-q", "1", "-C", "1", "-t", "a/#", "--exec", tell};
    CHECK(run({.arguments = mqtts_sub(broker, again)}).output == "a/x=1\n");
}
