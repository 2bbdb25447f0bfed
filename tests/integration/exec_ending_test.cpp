// SPDX-License-Identifier: Apache-2.0
// mqtts-sub --exec: what ends a run, or selects messages, does so as for messages that are printed.
#include <doctest/doctest.h>

#include <array>

#include <csignal>

#include "integration/commands.hpp"
#include "support/enough_time.hpp"
#include "support/scripted_broker.hpp"

namespace {

using namespace mqtts::test;
using mqtts::wire::Publish;
using mqtts::wire::Qos;

const std::string print = "cat; echo";

Outcome run_worker(const Mosquitto& broker, const Words& options) {
    Outcome outcome = run({.arguments = mqtts_sub(broker, with(worker, options))});
    CAPTURE(outcome.error);
    CHECK(outcome.error == "");
    return outcome;
}

void send_two(ScriptedBroker& broker) {
    for (const mqtts::wire::PacketIdentifier number : std::to_array<mqtts::wire::PacketIdentifier>({1, 2})) {
        const std::string topic = std::to_string(number);
        broker.send(
            Publish{.topic_name = topic, .payload = "x", .packet_identifier = number, .qos = Qos::at_least_once});
    }
}

}  // namespace

TEST_CASE("--exec with -C: that number of messages is handled, the others come to the next run") {
    for (const char* jobs : {"1", "4"}) {
        CAPTURE(jobs);
        Mosquitto broker({.configuration = lossless});
        queue_for_worker(broker, numbers(8));
        const Outcome first = run_worker(broker, {"-C", "3", "--jobs", jobs, "--exec", print});
        CHECK(first.status == 0);
        CHECK(first.output == numbers(3));
        CHECK(run_worker(broker, {"-C", "5", "--jobs", jobs, "--exec", print}).output == "4\n5\n6\n7\n8\n");
    }
}

TEST_CASE("--exec with --until: the message that matches is the last one to be handled") {
    for (const char* jobs : {"1", "4"}) {
        CAPTURE(jobs);
        Mosquitto broker({.configuration = lossless});
        queue_for_worker(broker, numbers(6));
        const Outcome first = run_worker(broker, {"--until", "^3$", "--jobs", jobs, "--exec", print});
        CHECK(first.status == 0);
        CHECK(first.output == numbers(3));
        CHECK(run_worker(broker, {"-C", "3", "--exec", print}).output == "4\n5\n6\n");
    }
}

TEST_CASE("--exec with -W: 27, and what came before was handled") {
    Mosquitto broker({.configuration = lossless});
    queue_for_worker(broker, numbers(2));
    with_enough_time(1, [&](const std::string& seconds) {
        const Outcome outcome =
            run({.arguments = mqtts_sub(broker, with(worker, {"-W", seconds, "-C", "3", "--exec", print}))});
        CHECK(outcome.status == 27);
        return outcome.output == numbers(2);
    });
}

TEST_CASE("--exec with --idle: a command that runs is no idleness, nor is what waits behind it") {
    for (const char* jobs : {"1", "2"}) {
        CAPTURE(jobs);
        with_enough_time(0.5, [&](const std::string& seconds) {
            Mosquitto broker({.configuration = lossless});
            queue_for_worker(broker, numbers(3));
            const std::string command = "sleep " + to_text(2 * std::stod(seconds)) + "; " + print;
            const Outcome outcome = run_worker(broker, {"--idle", seconds, "--jobs", jobs, "--exec", command});
            if (outcome.output.empty()) return false;  // none came in that time
            CHECK(outcome.status == 0);
            CHECK(outcome.output == numbers(3));
            return true;
        });
    }
}

TEST_CASE("--exec with -R: no command runs for a retained message") {
    Mosquitto broker;
    const Words publish{"-t", "kept", "-q", "1", "-m"};
    REQUIRE(run({.arguments = mqtts_pub(broker, with(publish, {"old", "-r"}))}).status == 0);
    Process subscriber({.arguments = mqtts_sub(broker, {"-t", "kept", "-q", "1", "-R", "-C", "1", "--exec", print})});
    wait_for_subscription(broker, "kept");
    REQUIRE(run({.arguments = mqtts_pub(broker, with(publish, {"new"}))}).status == 0);
    CHECK(subscriber.wait().output == "new\n");
}

TEST_CASE("--exec with -T: no command runs for a message that is left out, and it is acknowledged") {
    Mosquitto broker({.configuration = lossless});
    make_session(broker, "worker", "jobs/#", {"-q", "1"});
    const auto send = [&](const std::string& topics) {
        publish_lines(broker, topics, {"-q", "1", "--topic-delimiter", "="});
    };
    const auto resume = [&](const Words& options) {
        const Words words{"-c", "-i", "worker", "-t", "jobs/#", "-q", "1", "--exec", print};
        return run({.arguments = mqtts_sub(broker, with(words, options))}).output;
    };
    send("jobs/a=1\njobs/left/out=2\njobs/b=3\n");
    CHECK(resume({"-T", "jobs/left/#", "-C", "2"}) == "1\n3\n");
    send("jobs/c=4\n");
    CHECK(resume({"-C", "1"}) == "4\n");
}

TEST_CASE("--exec with --exit-when-retained-done: all are handled, however long each takes") {
    struct Case {
        int count;
        const char* time;
        const char* jobs;
    };
    side_by_side(std::vector{Case{50, "0.01", "1"}, Case{50, "0.01", "4"}, Case{8, "0.6", "1"}}, [](const Case& one) {
        CAPTURE(one.count);
        CAPTURE(one.jobs);
        Mosquitto broker({.configuration = lossless});
        std::string lines;
        for (int i = 1; i <= one.count; ++i)
            lines += "kept/" + std::to_string(i) + "=x\n";
        publish_lines(broker, lines, {"-q", "1", "-r", "--topic-delimiter", "="});
        for (const char* qos : {"0", "1"}) {
            CAPTURE(qos);
            const std::string command = "sleep " + std::string(one.time) + "; echo $MQTT_TOPIC";
            const Outcome outcome = run(
                {.arguments = mqtts_sub(broker, {"-t", "kept/#", "-q", qos, "--exit-when-retained-done",
                                                 "--retained-settle", "0.5", "--jobs", one.jobs, "--exec", command})});
            CHECK(outcome.status == 0);
            CHECK(outcome.error == "");
            CHECK(lines_in(outcome.output) == static_cast<std::size_t>(one.count));
        }
    });
}

TEST_CASE("the first signal lets running commands finish, and starts no more") {
    with_enough_time(1, [](const std::string& seconds) {
        ScriptedBroker broker;
        const Words options{"-t",       "#",   "-q",     "1",
                            "--linger", "600", "--exec", "echo started $MQTT_TOPIC; sleep " + seconds + "; echo ended"};
        Process subscriber({.arguments = broker.arguments(mqtts_sub(options))});
        broker.accept_subscriber();
        send_two(broker);
        subscriber.wait_for_output("started 1\n");
        subscriber.signal(SIGTERM);
        CHECK(broker.receive() == "PUBACK 1");
        const std::string next = broker.receive();
        const bool too_late = next == "PUBACK 2";  // the command ended before the signal was heard
        if (!too_late) CHECK(next.starts_with("DISCONNECT 0x00"));
        broker.drop();
        const Outcome outcome = subscriber.wait();
        if (too_late) return false;
        CHECK(outcome.status == 0);
        CHECK(outcome.output == "started 1\nended\n");
        return true;
    });
}

TEST_CASE("a command that takes longer than --linger after a signal gets SIGTERM, and its message comes again") {
    for (const char* jobs : {"1", "2"}) {
        CAPTURE(jobs);
        const TemporaryDirectory directory;
        const Diary diary(directory);
        ScriptedBroker broker;
        const std::string command =
            "trap 'echo ended >>\"$DONE\"; exit 0' TERM; echo started >>\"$DONE\"; "
            "while :; do sleep 0.1; done";
        const Words options{"-t", "#", "-q", "1", "--linger", "0.5", "--jobs", jobs, "--exec", command};
        Process subscriber({.arguments = broker.arguments(mqtts_sub(options)), .environment = {diary.variable()}});
        broker.accept_subscriber();
        send_two(broker);
        diary.wait_for_lines(std::stoul(jobs));
        subscriber.signal(SIGTERM);
        CHECK(broker.receive().starts_with("DISCONNECT 0x00"));
        broker.close();
        static_cast<void>(subscriber.wait());
        CHECK(diary.text() == (jobs == std::string("1") ? "started\nended\n" : "started\nstarted\nended\nended\n"));
    }
}

TEST_CASE("a second signal waits for no command") {
    ScriptedBroker broker;
    const std::string stubborn = "trap '' TERM INT; echo started; exec >/dev/null 2>&1; sleep 5";
    const Words options{"-t", "#", "--linger", "36000", "--exec", stubborn};
    Process subscriber({.arguments = broker.arguments(mqtts_sub(options))});
    broker.accept_subscriber();
    broker.send(Publish{.topic_name = "a", .payload = "x"});
    subscriber.wait_for_output("started\n");
    subscriber.signal(SIGINT);
    subscriber.signal(SIGTERM);
    CHECK(subscriber.wait().status > 128);
}

TEST_CASE("--exec with --background: the commands are those of the process that goes on") {
    Mosquitto broker;
    const Diary diary(broker.directory());
    const std::string file = broker.directory().path() + "/ready";
    const Words words = mqtts_sub(broker, {"-t", "back", "-q", "1", "--until", "last", "--background", "--ready-file",
                                           file, "--exec", "(cat; echo) >>\"$DONE\""});
    // It keeps its standard descriptors open, as a shell lets it.
    const Words script{"sh", "-c", "\"$@\" >/dev/null 2>&1", "sh"};
    CHECK(run({.arguments = with(script, words), .environment = {diary.variable()}}).status == 0);
    const pid_t background = std::stoi(read_file(file));
    publish_lines(broker, "first\nlast\n", {"-t", "back", "-q", "1"});
    wait_until("its end", [&] { return ::kill(background, 0) != 0; });
    CHECK(diary.text() == "first\nlast\n");
}

TEST_CASE("--exec beside -- COMMAND: what that causes is handled, and the status is the command's that failed") {
    Mosquitto broker;
    const Words publisher = mqtts_pub(broker, {"-t", "caused", "-q", "1", "-m", "hello"});
    const auto run_beside = [&](const std::string& handler) {
        const Words words = mqtts_sub(broker, {"-t", "caused", "-q", "1", "--exec", handler});
        return run({.arguments = with(with(words, {"--"}), publisher)});
    };
    const Outcome outcome = run_beside("sleep 0.2; cat; echo ' handled'");
    CHECK(outcome.error == "");
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "hello handled\n");
    CHECK(run_beside("exit 6").status == 6);
}
