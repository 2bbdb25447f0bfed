// SPDX-License-Identifier: Apache-2.0
// mqtts-sub --exec: a message is acknowledged when its command has succeeded, in order; --jobs runs several at once.
#include <doctest/doctest.h>

#include <array>

#include <list>
#include <sstream>

#include "integration/commands.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using namespace std::string_literals;
using mqtts::wire::Acknowledgement;
using mqtts::wire::PacketType;
using mqtts::wire::Publish;
using mqtts::wire::Qos;

void send_job(ScriptedBroker& broker, int number, Qos qos) {
    const std::string text = std::to_string(number);
    broker.send(Publish{.topic_name = text,
                        .payload = text,
                        .packet_identifier = static_cast<mqtts::wire::PacketIdentifier>(number),
                        .qos = qos});
}

/// The subscriber's acknowledgement of this message; of QoS 2, all of the exchange.
bool hears_acknowledgement(ScriptedBroker& broker, int number, Qos qos) {
    const std::string text = std::to_string(number);
    if (qos == Qos::at_least_once) return broker.receive() == "PUBACK " + text;
    if (broker.receive() != "PUBREC " + text) return false;
    broker.send(Acknowledgement{.type = PacketType::pubrel,
                                .packet_identifier = static_cast<mqtts::wire::PacketIdentifier>(number)});
    return broker.receive() == "PUBCOMP " + text;
}

/// Takes CONNECT, which it returns, and a subscription.
std::string accept_worker(ScriptedBroker& broker, Qos qos) {
    broker.accept();
    std::string connect = broker.receive();
    broker.send(mqtts::wire::Connack{});
    CHECK(broker.receive().starts_with("SUBSCRIBE 1 "));
    const std::string granted(1, static_cast<char>(qos));
    broker.send(mqtts::wire::SubscriptionAnswer{.reason_codes = granted, .packet_identifier = 1});
    return connect;
}

Words jobs_at(Qos qos, const Words& options) {
    return mqtts_sub(with({"-t", "#", "-q", std::to_string(static_cast<int>(qos))}, options));
}

void end(ScriptedBroker& broker, Process& subscriber) {
    CHECK(broker.receive().starts_with("DISCONNECT 0x00"));
    broker.close();
    const Outcome outcome = subscriber.wait();
    CAPTURE(outcome.error);
    CHECK(outcome.status == 0);
}

}  // namespace

TEST_CASE("a message is acknowledged when its command has ended with 0, not before [MQTT-4.6.0-2]") {
    for (const Qos qos : {Qos::at_least_once, Qos::exactly_once}) {
        const TemporaryDirectory directory;
        const Diary diary(directory);
        ScriptedBroker broker;
        // An acknowledgement that comes early comes while the command sleeps.
        const std::string command = "cat >/dev/null; sleep 0.2; echo $MQTT_TOPIC >>\"$DONE\"; exit 0";
        Process subscriber({.arguments = broker.arguments(jobs_at(qos, {"-C", "2", "--exec", command})),
                            .environment = {diary.variable()}});
        accept_worker(broker, qos);
        for (int number = 1; number <= 2; ++number)
            send_job(broker, number, qos);
        for (int number = 1; number <= 2; ++number) {
            CHECK(hears_acknowledgement(broker, number, qos));
            CHECK(lines_in(diary.text()) >= static_cast<std::size_t>(number));
        }
        end(broker, subscriber);
    }
}

TEST_CASE("mqtts-sub that is killed while the command runs has acknowledged nothing") {
    const TemporaryDirectory directory;
    const Gate gate(directory);
    ScriptedBroker broker;
    Process subscriber(
        {.arguments = broker.arguments(jobs_at(Qos::at_least_once, {"--exec", "echo started; read x <\"$GATE\""})),
         .environment = {gate.variable()}});
    accept_worker(broker, Qos::at_least_once);
    send_job(broker, 1, Qos::at_least_once);
    subscriber.wait_for_output("started\n");
    subscriber.signal(SIGKILL);
    CHECK(broker.receive() == "lost");
    broker.drop();
    gate.open();  // the command has our pipes
    CHECK(subscriber.wait().status == 137);
}

TEST_CASE("--jobs 4: later commands that end first are acknowledged in the order of the messages") {
    for (const Qos qos : {Qos::at_least_once, Qos::exactly_once}) {
        const TemporaryDirectory directory;
        const Diary diary(directory);
        std::list<Gate> gates;
        for (const char* name : {"gate1", "gate2", "gate3", "gate4"})
            gates.emplace_back(directory, name);
        ScriptedBroker broker;
        const std::string command = "read x <\"$GATE$MQTT_TOPIC\"; echo $MQTT_TOPIC >>\"$DONE\"";
        const Words words = jobs_at(qos, {"-C", "4", "--jobs", "4", "--exec", command});
        Process subscriber({.arguments = broker.arguments(words),
                            .environment = {"GATE=" + directory.path() + "/gate", diary.variable()}});
        CHECK(contains(accept_worker(broker, qos), "receive-maximum=5"));
        for (int number = 1; number <= 4; ++number)
            send_job(broker, number, qos);
        std::size_t ended = 0;
        for (auto gate = gates.rbegin(); gate != gates.rend(); ++gate) {
            gate->open();
            diary.wait_for_lines(++ended);
        }
        CHECK(diary.text() == "4\n3\n2\n1\n");
        for (int number = 1; number <= 4; ++number)
            CHECK((qos == Qos::exactly_once || broker.receive() == "PUBACK " + std::to_string(number)));
        if (qos == Qos::exactly_once) {
            for (int number = 1; number <= 4; ++number)
                CHECK(broker.receive() == "PUBREC " + std::to_string(number));
            for (const mqtts::wire::PacketIdentifier number :
                 std::to_array<mqtts::wire::PacketIdentifier>({1, 2, 3, 4})) {
                broker.send(Acknowledgement{.type = PacketType::pubrel, .packet_identifier = number});
                CHECK(broker.receive() == "PUBCOMP " + std::to_string(number));
            }
        }
        end(broker, subscriber);
    }
}

TEST_CASE("Receive Maximum is one more than --jobs, at least 2; -M raises it") {
    struct Case {
        Words options;
        const char* asked;
    };
    const Case cases[] = {{{}, "receive-maximum=2"},
                          {{"--jobs", "1"}, "receive-maximum=2"},
                          {{"--jobs", "8"}, "receive-maximum=9"},
                          {{"--jobs", "2", "-M", "50"}, "receive-maximum=50"}};
    for (const auto& [options, asked] : cases) {
        CAPTURE(asked);
        ScriptedBroker broker;
        Process subscriber(
            {.arguments = broker.arguments(jobs_at(Qos::at_least_once, with(options, {"--exec", "true"})))});
        const std::string connect = accept_worker(broker, Qos::at_least_once);
        CHECK((contains(connect, asked + "]"s) || contains(connect, asked + " "s)));
        subscriber.signal(SIGTERM);
        CHECK(broker.receive().starts_with("DISCONNECT"));
        broker.close();
        CHECK(subscriber.wait().status == 0);
    }
}

TEST_CASE("--jobs N runs N commands at once, and no more") {
    Mosquitto broker({.configuration = lossless});
    const Diary diary(broker.directory());
    const Gate gate(broker.directory());
    queue_for_worker(broker, numbers(12));
    const std::string command = "echo + >>\"$DONE\"; read x <\"$GATE\"; echo - >>\"$DONE\"";
    Process subscriber({.arguments = mqtts_sub(broker, with(worker, {"-C", "12", "--jobs", "3", "--exec", command})),
                        .environment = {diary.variable(), gate.variable()}});
    diary.wait_for_lines(3);
    gate.open(12);
    CHECK(subscriber.wait().status == 0);
    int running = 0;
    int most = 0;
    for (const char sign : diary.text()) {
        if (sign == '+') most = std::max(most, ++running);
        if (sign == '-') --running;
    }
    CHECK(most == 3);
    CHECK(running == 0);
}

TEST_CASE("--jobs: what each command writes is passed on whole, in the order of the messages") {
    for (const char* jobs : {"1", "2", "8"}) {
        CAPTURE(jobs);
        Mosquitto broker({.configuration = lossless});
        queue_for_worker(broker, numbers(24));
        // Those that come later are faster, eight by eight.
        const std::string command =
            "n=$(cat); printf \"$n begins, \"; sleep 0.0$((n % 8 == 0 ? 0 : 8 - n % 8)); "
            "echo \"$n ends\"";
        const Words words = with(worker, {"-C", "24", "--jobs", jobs, "--exec", command});
        const Outcome outcome = run({.arguments = mqtts_sub(broker, words)});
        std::string expected;
        for (int number = 1; number <= 24; ++number)
            expected += std::to_string(number) + " begins, " + std::to_string(number) + " ends\n";
        CHECK(outcome.status == 0);
        CHECK(outcome.output == expected);
        CHECK(outcome.error.empty());
    }
}

TEST_CASE("--jobs: the output of a command is larger than a pipe") {
    Mosquitto broker({.configuration = lossless});
    queue_for_worker(broker, numbers(6));
    const std::string command = "head -c 1000000 /dev/zero | tr '\\0' \"$(cat)\"";
    const Words words = with(worker, {"-C", "6", "--jobs", "3", "--exec", command});
    const Outcome outcome = run({.arguments = mqtts_sub(broker, words)});
    std::string expected;
    for (const char digit : "123456"s)
        expected.append(1'000'000, digit);
    CHECK(outcome.status == 0);
    CHECK((outcome.output == expected));
}

TEST_CASE("--jobs 1 passes the output on while the command runs; --jobs 2 as soon as it has ended") {
    const TemporaryDirectory directory;
    for (const char* jobs : {"1", "2"}) {
        CAPTURE(jobs);
        const Gate gate(directory, jobs);
        ScriptedBroker broker;
        const std::string command = "printf \"$MQTT_TOPIC \"; [ $MQTT_TOPIC = 1 ] || read x <\"$GATE\"; echo done";
        const Words words = jobs_at(Qos::at_least_once, {"-C", "2", "--jobs", jobs, "--exec", command});
        Process subscriber({.arguments = broker.arguments(words), .environment = {gate.variable()}});
        accept_worker(broker, Qos::at_least_once);
        send_job(broker, 1, Qos::at_least_once);
        send_job(broker, 2, Qos::at_least_once);
        subscriber.wait_for_output(jobs == "1"s ? "1 done\n2 " : "1 done\n");
        CHECK(broker.receive() == "PUBACK 1");
        gate.open();
        CHECK(broker.receive() == "PUBACK 2");
        CHECK(broker.receive().starts_with("DISCONNECT 0x00"));
        broker.close();
        CHECK(subscriber.wait().output == "1 done\n2 done\n");
    }
}

TEST_CASE("a command that leaves a process with its output open has ended all the same") {
    for (const char* jobs : {"1", "2"}) {
        CAPTURE(jobs);
        Mosquitto broker({.configuration = lossless});
        const Diary diary(broker.directory());
        const Gate gate(broker.directory());
        queue_for_worker(broker, numbers(3));
        const std::string command = "(read x <\"$GATE\") 2>/dev/null & cat; echo";
        const Words words = mqtts_sub(broker, with(worker, {"-C", "3", "--jobs", jobs, "--exec", command}));
        Process shell({.arguments = with({"sh", "-c", "\"$@\"; echo $? >>\"$DONE\"", "sh"}, words),
                       .environment = {diary.variable(), gate.variable()}});
        diary.wait_for_lines(1);
        gate.open(3);
        CHECK(diary.text() == "0\n");
        CHECK(shell.wait().output == numbers(3));
    }
}
