// SPDX-License-Identifier: Apache-2.0
// mqtts-sub --reply: what a command writes answers the request, which is acknowledged when the reply has been.
#include <doctest/doctest.h>

#include <array>

#include "integration/commands.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using mqtts::wire::Acknowledgement;
using mqtts::wire::PacketIdentifier;
using mqtts::wire::PacketType;
using mqtts::wire::PropertyIdentifier;
using mqtts::wire::PropertyWriter;
using mqtts::wire::Publish;
using mqtts::wire::Qos;

/// mqtts-sub as a service with this command.
Words service(const std::string& command, const Words& options) {
    return with(mqtts_sub({"-t", "svc/#", "--reply", "--exec", command}), options);
}

/// Takes the service's connection, and grants it this QoS.
void accept_service(ScriptedBroker& broker, Qos qos) {
    broker.accept_client();
    REQUIRE(broker.receive().starts_with("SUBSCRIBE 1 "));
    const std::string granted(1, static_cast<char>(qos));
    broker.send(mqtts::wire::SubscriptionAnswer{.reason_codes = granted, .packet_identifier = 1});
}

struct Request {
    PacketIdentifier number = 0;  // 0: QoS 0
    Qos qos = Qos::at_most_once;
    const char* response_topic = "answers";  // empty: none
    const char* correlation_data = "id";     // empty: none
};

void send_request(ScriptedBroker& broker, const Request& request) {
    PropertyWriter properties;
    if (*request.response_topic != '\0') properties.add(PropertyIdentifier::response_topic, request.response_topic);
    if (*request.correlation_data != '\0')
        properties.add(PropertyIdentifier::correlation_data, request.correlation_data);
    broker.send(Publish{.topic_name = "svc/time",
                        .payload = "x",
                        .properties = properties.view(),
                        .packet_identifier = request.number,
                        .qos = request.qos});
}

/// "PUBLISH 5 qos1 …" has the Packet Identifier 5.
PacketIdentifier identifier_of(const std::string& packet) {
    return static_cast<PacketIdentifier>(std::stoi(packet.substr(packet.find(' ') + 1)));
}

/// The packet behind "PUBLISH" and its Packet Identifier: "qos1 answers "x" […]".
std::string without_identifier(const std::string& publish) {
    return publish.starts_with("PUBLISH ") ? publish.substr(publish.find("qos")) : publish;
}

void acknowledge(ScriptedBroker& broker, PacketType type, PacketIdentifier identifier) {
    broker.send(Acknowledgement{.type = type, .packet_identifier = identifier});
}

/// Lets it go, and returns what came of it.
Outcome leave(ScriptedBroker& broker, Process& subscriber) {
    const std::string packet = broker.receive();
    CAPTURE(packet);
    CHECK(packet.starts_with("DISCONNECT 0x00"));
    broker.close();
    return subscriber.wait();
}

}  // namespace

TEST_CASE("--reply: a service, and its clients") {
    Mosquitto broker;
    Process subscriber({.arguments = broker.arguments(service("echo \"$MQTT_TOPIC got $(cat)\"", {"-q", "2"}))});
    wait_for_subscription(broker, "svc/#");
    for (const char* qos : {"0", "1", "2"}) {
        for (const Words& request : {Words{"-e", "answers"}, Words{"--request"}}) {
            CAPTURE(qos);
            CAPTURE(request);
            const Words words{"-t", "svc/time", "-m", "a question", "-q", qos, "-N", "-W", "600"};
            const Outcome asked = run({.arguments = mqtts_pub(broker, with(words, request))});
            CHECK(asked.error == "");
            CHECK(asked.status == 0);
            CHECK(asked.output == "svc/time got a question\n");
        }
    }
    subscriber.signal(SIGTERM);
    const Outcome served = subscriber.wait();
    CHECK(served.status == 0);
    CHECK(served.output == "");  // what commands write is the reply
    CHECK(served.error == "");
}

TEST_CASE("--reply: the reply has the request's QoS and Correlation Data, byte for byte, and no user properties") {
    const auto reply = [](const Request& request, const std::string& command) {
        ScriptedBroker broker;
        Process subscriber({.arguments = broker.arguments(service(command, {"-q", "2", "-C", "1"}))});
        accept_service(broker, Qos::exactly_once);
        send_request(broker, request);
        std::string publish = without_identifier(broker.receive());
        broker.drop();
        subscriber.signal(SIGKILL);
        return publish;
    };
    CHECK(reply({}, "echo yes") == R"(qos0 answers "yes\x0a" [correlation-data="id"])");
    CHECK(reply({.number = 9, .qos = Qos::at_least_once}, "printf 'a\\0b'") ==
          R"(qos1 answers "a\x00b" [correlation-data="id"])");
    CHECK(reply({.number = 9, .qos = Qos::exactly_once, .correlation_data = ""}, "true") == R"(qos2 answers "")");
    CHECK(reply({}, "head -c 1000000 /dev/zero") == R"(qos0 answers <1000000 bytes> [correlation-data="id"])");
}

TEST_CASE("--reply: a request of QoS 1 is acknowledged when its reply has been") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(service("echo yes", {"-q", "1", "-C", "1"}))});
    accept_service(broker, Qos::at_least_once);
    send_request(broker, {.number = 9, .qos = Qos::at_least_once});
    const std::string reply = broker.receive();
    REQUIRE(reply.starts_with("PUBLISH "));
    CHECK_FALSE(broker.hears_within(std::chrono::milliseconds(200)));
    acknowledge(broker, PacketType::puback, identifier_of(reply));
    CHECK(broker.receive() == "PUBACK 9");
    CHECK(leave(broker, subscriber).status == 0);
}

TEST_CASE("--reply: a request of QoS 2 is acknowledged when the broker has its reply") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(service("echo yes", {"-q", "2", "-C", "1"}))});
    accept_service(broker, Qos::exactly_once);
    send_request(broker, {.number = 9, .qos = Qos::exactly_once});
    const std::string reply = broker.receive();
    REQUIRE(reply.starts_with("PUBLISH "));
    CHECK_FALSE(broker.hears_within(std::chrono::milliseconds(200)));
    const PacketIdentifier identifier = identifier_of(reply);
    acknowledge(broker, PacketType::pubrec, identifier);
    // Whether PUBREC or PUBCOMP tells that the reply has been taken is the client's choice.
    bool acknowledged = false;
    bool released = false;
    while (!acknowledged || !released) {
        const std::string packet = broker.receive();
        CAPTURE(packet);
        if (packet == "PUBREL " + std::to_string(identifier)) {
            acknowledge(broker, PacketType::pubcomp, identifier);
            released = true;
        } else if (packet == "PUBREC 9") {
            acknowledge(broker, PacketType::pubrel, 9);
        } else {
            REQUIRE(packet == "PUBCOMP 9");
            acknowledged = true;
        }
    }
    CHECK(leave(broker, subscriber).status == 0);
}

TEST_CASE("--reply with --jobs: replies that are acknowledged late keep requests in order") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(service("echo yes", {"-q", "1", "-C", "2", "--jobs", "2"}))});
    accept_service(broker, Qos::at_least_once);
    send_request(broker, {.number = 1, .qos = Qos::at_least_once, .correlation_data = "1"});
    send_request(broker, {.number = 2, .qos = Qos::at_least_once, .correlation_data = "2"});
    PacketIdentifier first = 0;
    PacketIdentifier second = 0;
    for (int i = 0; i < 2; ++i) {
        const std::string reply = broker.receive();
        REQUIRE(reply.starts_with("PUBLISH "));
        (contains(reply, "correlation-data=\"1\"") ? first : second) = identifier_of(reply);
    }
    acknowledge(broker, PacketType::puback, second);
    acknowledge(broker, PacketType::puback, first);
    CHECK(broker.receive() == "PUBACK 1");
    CHECK(broker.receive() == "PUBACK 2");
    CHECK(leave(broker, subscriber).status == 0);
}

TEST_CASE("--reply: a command that fails sends no reply") {
    for (const bool go_on : {false, true}) {
        ScriptedBroker broker;
        const Words policy{"--exec-failure", go_on ? "continue" : "end"};
        Process subscriber(
            {.arguments = broker.arguments(service("echo no; exit 4", with(policy, {"-q", "1", "-C", "1"})))});
        accept_service(broker, Qos::at_least_once);
        send_request(broker, {.number = 9, .qos = Qos::at_least_once});
        if (go_on) CHECK(broker.receive() == "PUBACK 9");
        CHECK(leave(broker, subscriber).status == (go_on ? 11 : 4));
    }
}

TEST_CASE("--reply-failure: a command that fails replies its status, and its last line on standard error") {
    const auto reply = [](const std::string& command) {
        ScriptedBroker broker;
        const Words options{"-q", "1", "-C", "1", "--reply-failure", "--exec-failure", "continue"};
        Process subscriber({.arguments = broker.arguments(service(command, options))});
        accept_service(broker, Qos::at_least_once);
        send_request(broker, {.number = 9, .qos = Qos::at_least_once});
        const std::string publish = broker.receive();
        if (publish.starts_with("PUBLISH ")) {
            acknowledge(broker, PacketType::puback, identifier_of(publish));
            CHECK(broker.receive() == "PUBACK 9");
        }
        CHECK(leave(broker, subscriber).status == (contains(command, "exit 0") ? 0 : 11));
        return without_identifier(publish);
    };
    const auto failed = [](const std::string& payload, const char* status) {
        const std::string properties = R"(correlation-data="id" user-property="status":")";
        return "qos1 answers \"" + payload + "\" [" + properties + status + "\"]";
    };
    CHECK(reply("echo out; echo first >&2; echo 'the reason' >&2; exit 3") == failed("the reason", "3"));
    CHECK(reply("printf 'no newline' >&2; exit 3") == failed("no newline", "3"));
    CHECK(reply("kill -KILL $$") == failed("", "137"));
    CHECK(reply("echo fine; echo words >&2; exit 0") == R"(qos1 answers "fine\x0a" [correlation-data="id"])");
}

TEST_CASE("--reply: a request without Response Topic is handled, and warned about once") {
    const TemporaryDirectory directory;
    const Diary diary(directory);
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(service("echo >>\"$DONE\"; echo yes", {"-q", "1", "-C", "3"})),
                        .environment = {diary.variable()}});
    accept_service(broker, Qos::at_least_once);
    for (const PacketIdentifier number : std::to_array<PacketIdentifier>({1, 2, 3})) {
        send_request(broker, {.number = number, .qos = Qos::at_least_once, .response_topic = ""});
        CHECK(broker.receive() == "PUBACK " + std::to_string(number));
    }
    const Outcome outcome = leave(broker, subscriber);
    CHECK(outcome.status == 0);
    CHECK(lines_in(diary.text()) == 3);
    CAPTURE(outcome.error);
    CHECK(lines_in(outcome.error) == 1);
    CHECK(contains(outcome.error, "Response Topic"));
}

TEST_CASE("--reply: a reply that the broker refuses is a failure of that message") {
    Mosquitto broker({.access_list = "topic readwrite svc/#\ntopic read answers\n", .configuration = lossless});
    Process subscriber({.arguments = broker.arguments(service("echo yes", {"-q", "1"}))});
    wait_for_subscription(broker, "svc/#");
    const Words request{"-t", "svc/time", "-q", "1", "-m", "x", "-D", "publish", "response-topic", "answers"};
    REQUIRE(run({.arguments = mqtts_pub(broker, request)}).status == 0);
    const Outcome outcome = subscriber.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 8);
    CHECK(contains(outcome.error, "answers"));
    CHECK(contains(outcome.error, "not authorized"));
}

TEST_CASE("--reply: a connection lost before the reply was acknowledged: it is sent again before the request is done") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(service("echo yes", {"-q", "1"}))});
    accept_service(broker, Qos::at_least_once);
    const Request request{.number = 9, .qos = Qos::at_least_once};
    send_request(broker, request);
    REQUIRE(broker.receive().starts_with("PUBLISH "));
    broker.drop();
    broker.accept();
    REQUIRE(broker.receive().starts_with("CONNECT "));
    broker.send(mqtts::wire::Connack{.session_present = true});
    std::string packet = broker.receive();
    CHECK(contains(packet, "qos1 dup answers"));
    send_request(broker, request);  // which has not been acknowledged
    int replies = 0;
    for (; packet != "PUBACK 9"; packet = broker.receive()) {
        REQUIRE(packet.starts_with("PUBLISH "));
        ++replies;
        acknowledge(broker, PacketType::puback, identifier_of(packet));
    }
    CHECK(replies >= 1);
    subscriber.signal(SIGKILL);
}
