// SPDX-License-Identifier: Apache-2.0
// mqtts-sub --exec: what follows when a command fails, and what is acknowledged then.
#include <doctest/doctest.h>

#include "integration/commands.hpp"
#include "integration/losses.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using mqtts::wire::Publish;
using mqtts::wire::Qos;

/// Writes down each payload, and fails with status 7 for the payloads that the pattern of case(1) matches.
std::string failing_for(const std::string& pattern) {
    return "n=$(cat); echo $n >>\"$DONE\"; case $n in " + pattern + ") exit 7;; esac";
}

/// The worker's next run, in which nothing fails, with as many messages as are left.
std::string rest_of_worker(const Mosquitto& broker, const std::string& count) {
    const Outcome rest =
        run({.arguments = mqtts_sub(broker, with(worker, {"-C", count, "--exec", "cat; echo", "-W", "600"}))});
    CAPTURE(rest.error);
    CHECK(rest.status == 0);
    return rest.output;
}

/// Sends the numbers 1 to `last` as messages of QoS 1 with these Packet Identifiers.
void send_numbers(ScriptedBroker& broker, int last) {
    for (int number = 1; number <= last; ++number) {
        const std::string text = std::to_string(number);
        broker.send(Publish{.topic_name = "a",
                            .payload = text,
                            .packet_identifier = static_cast<mqtts::wire::PacketIdentifier>(number),
                            .qos = Qos::at_least_once});
    }
}

}  // namespace

TEST_CASE("--exec-failure end, the default: the command's status; the message comes again, those before it do not") {
    for (const Words& options : {Words{}, Words{"--exec-failure", "end"}}) {
        Mosquitto broker({.configuration = lossless});
        const Diary diary(broker.directory());
        queue_for_worker(broker, numbers(5));
        const Words words = with(worker, with({"--exec", failing_for("3")}, options));
        const Outcome outcome = run({.arguments = mqtts_sub(broker, words), .environment = {diary.variable()}});
        CHECK(outcome.status == 7);
        CHECK(diary.text() == numbers(3));
        CHECK(contains(outcome.error, "jobs"));  // the topic
        CHECK(contains(outcome.error, "status 7"));
        CHECK(rest_of_worker(broker, "3") == "3\n4\n5\n");
    }
}

TEST_CASE("--exec-failure end leaves the session in order: what succeeded is acknowledged, then DISCONNECT") {
    ScriptedBroker broker;
    const TemporaryDirectory directory;
    const Diary diary(directory);
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "-q", "1", "--exec", failing_for("3")})),
                        .environment = {diary.variable()}});
    broker.accept_subscriber();
    send_numbers(broker, 2);
    CHECK(broker.receive() == "PUBACK 1");
    CHECK(broker.receive() == "PUBACK 2");
    broker.send(Publish{.topic_name = "a", .payload = "3", .packet_identifier = 3, .qos = Qos::at_least_once});
    CHECK(broker.receive().starts_with("DISCONNECT 0x00"));
    CHECK(broker.receive() == "closed");
    broker.close();
    CHECK(subscriber.wait().status == 7);
}

TEST_CASE("--exec-failure end with --jobs 4: nothing behind the failed message is acknowledged, and nothing is lost") {
    Mosquitto broker({.configuration = lossless});
    const Diary diary(broker.directory());
    const Gate gate(broker.directory());
    queue_for_worker(broker, numbers(8));
    // 2 fails when 3 and 4 have succeeded.
    const std::string command = "n=$(cat); if [ $n = 2 ]; then read x <\"$GATE\"; exit 9; fi; echo $n >>\"$DONE\"";
    Process subscriber({.arguments = mqtts_sub(broker, with(worker, {"--jobs", "4", "--exec", command})),
                        .environment = {diary.variable(), gate.variable()}});
    diary.wait_for_lines(3);
    gate.open();
    CHECK(subscriber.wait().status == 9);
    CHECK(rest_of_worker(broker, "7") == "2\n3\n4\n5\n6\n7\n8\n");
}

TEST_CASE("--exec-failure continue: all run and are acknowledged, each failure is told, and the run fails: 11") {
    for (const char* jobs : {"1", "4"}) {
        CAPTURE(jobs);
        Mosquitto broker({.configuration = lossless});
        const Diary diary(broker.directory());
        queue_for_worker(broker, numbers(6));
        const Words words =
            with(worker, {"--jobs", jobs, "-C", "6", "--exec-failure", "continue", "--exec", failing_for("2|4")});
        const Outcome outcome = run({.arguments = mqtts_sub(broker, words), .environment = {diary.variable()}});
        CHECK(outcome.status == 11);
        CHECK(lines_in(diary.text()) == 6);
        CAPTURE(outcome.error);
        CHECK(count(outcome.error, "status 7") >= 2);
        CHECK(count(outcome.error, "jobs") >= 2);
        publish_lines(broker, "new\n", {"-t", "jobs", "-q", "1"});
        CHECK(rest_of_worker(broker, "1") == "new\n");
    }
}

TEST_CASE("--exec-failure continue after which no command fails is success") {
    Mosquitto broker({.configuration = lossless});
    queue_for_worker(broker, numbers(3));
    const Words words = with(worker, {"-C", "3", "--exec-failure", "continue", "--exec", "true"});
    CHECK(run({.arguments = mqtts_sub(broker, words)}).status == 0);
}

TEST_CASE("--exec-failure retry=N: a command that fails twice and then succeeds is no failure") {
    Mosquitto broker({.configuration = lossless});
    const Diary diary(broker.directory());
    queue_for_worker(broker, "1\n2\n");
    // It gets the same standard input and environment each time.
    const std::string command = "echo \"$MQTT_TOPIC $(cat)\" >>\"$DONE\"; [ $(grep -c . \"$DONE\") -ge 3 ]";
    const Words words = with(worker, {"-C", "2", "--exec-failure", "retry=3", "--exec", command});
    const Outcome outcome = run({.arguments = mqtts_sub(broker, words), .environment = {diary.variable()}});
    CAPTURE(outcome.error);
    CHECK(outcome.status == 0);
    CHECK(diary.text() == "jobs 1\njobs 1\njobs 1\njobs 2\n");
}

TEST_CASE("--exec-failure retry=N: a command that always fails runs N times more, then it is as with end") {
    Mosquitto broker({.configuration = lossless});
    const Diary diary(broker.directory());
    queue_for_worker(broker, numbers(2));
    const Words words = with(worker, {"--exec-failure", "retry=2", "--exec", failing_for("1")});
    const Outcome outcome = run({.arguments = mqtts_sub(broker, words), .environment = {diary.variable()}});
    CHECK(outcome.status == 7);
    CHECK(diary.text() == "1\n1\n1\n");
    CHECK(contains(outcome.error, "status 7"));
    CHECK(rest_of_worker(broker, "2") == numbers(2));
}

TEST_CASE("--exec-timeout: TERM, and KILL for a command that ignores it; it has failed") {
    const std::string stubborn = "trap '' TERM; echo started; while :; do sleep 0.1; done";
    const std::string gentle = "trap 'echo asked; exit 0' TERM; echo started; while :; do sleep 0.1; done";
    for (const std::string& command : {stubborn, gentle}) {
        CAPTURE(command);
        Mosquitto broker({.configuration = lossless});
        queue_for_worker(broker, "1\n");
        const Words words = with(worker, {"--exec-timeout", "1", "--exec", command});
        const Outcome outcome = run({.arguments = mqtts_sub(broker, words)});
        CHECK(outcome.status != 0);
        CHECK(outcome.status != 11);
        CHECK(outcome.output == (command == gentle ? "started\nasked\n" : "started\n"));
        CAPTURE(outcome.error);
        CHECK(contains(outcome.error, "--exec-timeout"));
        CHECK(rest_of_worker(broker, "1") == "1\n");
    }
}

TEST_CASE("--exec-timeout: a process that outlives its command keeps nobody") {
    for (const char* jobs : {"1", "2"}) {
        CAPTURE(jobs);
        Mosquitto broker({.configuration = lossless});
        queue_for_worker(broker, numbers(2));
        const auto begin = std::chrono::steady_clock::now();
        const Words words = with(worker, {"--jobs", jobs, "-C", "2", "--exec-timeout", "1", "--exec-failure",
                                          "continue", "--exec", "sleep 1000; true"});
        const Outcome outcome = run({.arguments = mqtts_sub(broker, words)});
        CHECK(outcome.status == 11);
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(500));
    }
}

TEST_CASE("--exec-timeout leaves a command alone that ends in time") {
    Mosquitto broker({.configuration = lossless});
    queue_for_worker(broker, numbers(3));
    const Words words = with(worker, {"-C", "3", "--exec-timeout", "600", "--exec", "cat; echo"});
    const Outcome outcome = run({.arguments = mqtts_sub(broker, words)});
    CHECK(outcome.status == 0);
    CHECK(outcome.output == numbers(3));
}

TEST_CASE("a command that is not found, or cannot run, is named, with the status of the shell") {
    struct Case {
        const char* command;
        int status;
    };
    for (const auto& [command, status] : {Case{"/does/not/exist", 127}, {"does-not-exist-7", 127}, {"/", 126}}) {
        CAPTURE(command);
        Mosquitto broker({.configuration = lossless});
        queue_for_worker(broker, "1\n");
        const Outcome outcome = run({.arguments = mqtts_sub(broker, with(worker, {"--exec", command}))});
        CHECK(outcome.status == status);
        CHECK(contains(outcome.error, command));
        CHECK(contains(outcome.error, "status " + std::to_string(status)));
        CHECK(rest_of_worker(broker, "1") == "1\n");
    }
}

TEST_CASE("a signal that ended the command counts as in the shell: 128 + n") {
    Mosquitto broker({.configuration = lossless});
    queue_for_worker(broker, "1\n");
    const Words words = with(worker, {"--exec", "kill -KILL $$"});
    CHECK(run({.arguments = mqtts_sub(broker, words)}).status == 137);
}

TEST_CASE("a message that no environment can hold has failed; it is never cut, and the others are handled") {
    Mosquitto broker({.configuration = lossless});
    const Diary diary(broker.directory());
    make_session(broker, "worker", "jobs/#", {"-q", "1"});
    const Words publish{"-q", "1", "-m", "x", "-t"};
    Words large = with(publish, {"jobs/large"});
    for (int i = 0; i < 4; ++i)
        large = with(large, {"-D", "publish", "user-property", "name", std::string(50 * 1024, 'x')});
    for (const Words& words : {with(publish, {"jobs/before"}), large, with(publish, {"jobs/after"})})
        REQUIRE(run({.arguments = mqtts_pub(broker, words)}).status == 0);
    const Words resume{"-c", "-i", "worker", "-t", "jobs/#", "-q", "1"};
    const std::string command = "echo $MQTT_TOPIC >>\"$DONE\"";

    const Outcome ended =
        run({.arguments = mqtts_sub(broker, with(resume, {"--exec", command})), .environment = {diary.variable()}});
    CHECK(ended.status != 0);
    CHECK(diary.text() == "jobs/before\n");
    CAPTURE(ended.error);
    CHECK(contains(ended.error, "jobs/large"));

    const Words on{"-C", "2", "--exec-failure", "continue", "--exec", command};
    const Outcome outcome = run({.arguments = mqtts_sub(broker, with(resume, on)), .environment = {diary.variable()}});
    CHECK(outcome.status == 11);
    CHECK(diary.text() == "jobs/before\njobs/after\n");
    CAPTURE(outcome.error);
    CHECK(contains(outcome.error, "jobs/large"));
}
