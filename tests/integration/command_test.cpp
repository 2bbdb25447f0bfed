// SPDX-License-Identifier: Apache-2.0
// mqtts-sub -- COMMAND: it runs once subscribed, what it causes arrives, and its status counts.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>

#include "integration/programs.hpp"
#include "support/enough_time.hpp"

namespace {

using namespace mqtts::test;

Words join(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

/// mqtts-sub with this command behind it.
Outcome run_with(const Mosquitto& broker, const Words& options, const Words& command) {
    return run({.arguments = join(join(mqtts_sub(broker, options), {"--"}), command)});
}

/// A script for sh, which finds the publisher's command line in "$@".
Words script(const Mosquitto& broker, const std::string& text, const Words& publisher) {
    return join({"sh", "-c", text, "sh"}, mqtts_pub(broker, publisher));
}

}  // namespace

TEST_CASE("the command runs once the subscriptions are granted: what it publishes is never missed") {
    Mosquitto broker;
    for (const char* qos : {"0", "1", "2"}) {
        CAPTURE(qos);
        const Words publisher = mqtts_pub(broker, {"-t", "caused", "-q", qos, "-m", "hello"});
        const Outcome plain = run_with(broker, {"-t", "caused", "-q", qos}, publisher);
        CHECK(plain.error.empty());
        CHECK(plain.status == 0);
        CHECK(plain.output == "hello\n");
        const Outcome counted = run_with(broker, {"-t", "caused", "-q", qos, "-C", "1", "-W", "600"}, publisher);
        CHECK(counted.status == 0);
        CHECK(counted.output == "hello\n");
    }
}

TEST_CASE("a flood of messages has arrived before the run ends") {
    Mosquitto broker({.configuration = lossless});
    for (const char* qos : {"1", "2"}) {
        const Words flood = script(broker, "seq 2000 | \"$@\"", {"-t", "flood", "-q", qos, "-l"});
        const Outcome outcome = run_with(broker, {"-t", "flood", "-q", qos}, flood);
        CHECK(outcome.status == 0);
        CHECK((outcome.output == numbers(2000)));
    }
}

TEST_CASE("the status of a command that failed is that of the run, and its messages arrive all the same") {
    Mosquitto broker;
    const Words failing = script(broker, "\"$@\"; exit 3", {"-t", "fails", "-q", "1", "-m", "before"});
    const Outcome outcome = run_with(broker, {"-t", "fails"}, failing);
    CHECK(outcome.status == 3);
    CHECK(outcome.output == "before\n");
    CHECK(outcome.error == "mqtts-sub: 'sh' exited with status 3\n");
    CHECK(run_with(broker, {"-t", "fails", "-C", "5", "-W", "600"}, {"false"}).status == 1);
    CHECK(run_with(broker, {"-t", "fails"}, {"sh", "-c", "kill -KILL $$"}).status == 137);
}

TEST_CASE("a command that does not exist, or cannot run, has the status env(1) gives it") {
    Mosquitto broker;
    const Outcome missing = run_with(broker, {"-t", "a"}, {"/does/not/exist"});
    CHECK(missing.status == 127);
    CHECK(missing.error == "mqtts-sub: cannot run '/does/not/exist': no such file or directory\n");
    CHECK(run_with(broker, {"-t", "a"}, {"/"}).status == 126);
}

TEST_CASE("who is refused runs no command") {
    Mosquitto broker({.access_list = "topic readwrite allowed\n"});
    const std::string trace = broker.directory().path() + "/trace";
    CHECK(run_with(broker, {"-t", "$share/x", "-t", "a"}, {"touch", trace}).status != 0);
    CHECK(run({.arguments = join(mqtts_sub({"-h", "localhost", "-p", std::to_string(free_port()), "-t", "a"}),
                                 {"--", "touch", trace})})
              .status == 4);
    CHECK(::access(trace.c_str(), F_OK) != 0);
}

TEST_CASE("messages that do not come, though the command ended well") {
    Mosquitto broker;
    const Words once = mqtts_pub(broker, {"-t", "few", "-q", "1", "-m", "x"});
    const Outcome few = run_with(broker, {"-t", "few", "-C", "2"}, once);
    CHECK(few.status == 11);
    CHECK(contains(few.error, "only 1 of 2 messages arrived"));
    CHECK(run_with(broker, {"-t", "few", "-C", "2", "-W", "0.5"}, once).status == 27);
    CHECK(run_with(broker, {"-t", "few", "--until", "y"}, once).status == 11);
    CHECK(run_with(broker, {"-t", "few", "--expect-none"}, once).status == 11);
    CHECK(run_with(broker, {"-t", "few", "--expect-none"}, {"true"}).status == 0);
}

TEST_CASE("--idle and -W wait for what the command causes after its end") {
    Mosquitto broker;
    const Words later = script(broker, "(sleep 0.2; \"$@\") >/dev/null 2>&1 &", {"-t", "late", "-q", "1", "-m", "x"});
    CHECK(run_with(broker, {"-t", "late", "-C", "1", "-W", "600"}, later).output == "x\n");
    with_enough_time(1, [&](const std::string& seconds) {
        return run_with(broker, {"-t", "late", "--idle", seconds}, later).output.starts_with("x\n");
    });
}

TEST_CASE("a command that goes on is ended with the run, also one that ignores SIGTERM") {
    Mosquitto broker;
    for (const char* text : {"\"$@\"; exec sleep 10000", "trap '' TERM; \"$@\"; while :; do sleep 0.1; done"}) {
        const Outcome outcome =
            run_with(broker, {"-t", "on", "-C", "1"}, script(broker, text, {"-t", "on", "-q", "1", "-m", "x"}));
        CHECK(outcome.status == 0);
        CHECK(outcome.output == "x\n");
    }
}

TEST_CASE("-W and signals end the command, too") {
    Mosquitto broker;
    const std::string file = broker.directory().path() + "/ended";
    const Words command = {"sh", "-c",
                           "trap 'echo ended >" + file + "; exit' TERM; echo started; while :; do sleep 0.1; done"};
    with_enough_time(0.5, [&](const std::string& seconds) {
        const Outcome outcome = run_with(broker, {"-t", "a", "-W", seconds}, command);
        if (outcome.output != "started\n") return false;
        CHECK(outcome.status == 27);
        CHECK(read_file(file) == "ended\n");
        return true;
    });

    ::unlink(file.c_str());
    Process subscriber({.arguments = join(join(mqtts_sub(broker, {"-t", "a"}), {"--"}), command)});
    subscriber.wait_for_output("started\n");
    subscriber.signal(SIGTERM);
    CHECK(subscriber.wait().status == 143);
    CHECK(read_file(file) == "ended\n");
}

TEST_CASE("a second signal ends the run at once") {
    Mosquitto broker;
    const Words stubborn = {"sh", "-c", "trap '' TERM; echo started; exec >/dev/null 2>&1; sleep 5"};
    Process subscriber({.arguments = join(join(mqtts_sub(broker, {"-t", "a"}), {"--"}), stubborn)});
    subscriber.wait_for_output("started\n");
    broker.stall();  // so that the first one takes its time
    subscriber.signal(SIGINT);
    subscriber.signal(SIGTERM);
    const Outcome outcome = subscriber.wait();
    broker.resume();
    CHECK(outcome.status > 128);
}

TEST_CASE("the command has our standard descriptors and none of our own, and does not ignore SIGPIPE") {
    Mosquitto broker;
    const std::string count = "ls /dev/fd | wc -l; yes | head -1";
    const Outcome alone = run({.arguments = {"sh", "-c", count}});  // with what the test itself was given
    const Words subscriber = join(mqtts_sub(broker, {"-t", "a"}), {"--", "sh", "-c", "cat; " + count});
    const Outcome outcome = run({.arguments = subscriber, .input = Text{"from standard input\n"}});
    CHECK(outcome.status == 0);
    CHECK(outcome.output == "from standard input\n" + alone.output);
    CHECK(outcome.error.empty());
}

TEST_CASE("what was waited for came too early: the command that did not run is no success") {
    Mosquitto broker;
    REQUIRE(run({.arguments = mqtts_pub(broker, {"-t", "kept", "-q", "1", "-r", "-m", "old"})}).status == 0);
    const std::string trace = broker.directory().path() + "/trace";
    const Outcome outcome = run_with(broker, {"-t", "kept", "-C", "1"}, {"touch", trace});
    const bool ran = ::access(trace.c_str(), F_OK) == 0;
    CHECK(outcome.status == (ran ? 0 : 11));
}

TEST_CASE("options that make no sense with a command are named") {
    for (const Words& options : {Words{"-E"}, Words{"--background"}, Words{"--exit-when-retained-done"}}) {
        const Outcome outcome = run({.arguments = join(mqtts_sub(join({"-t", "a"}, options)), {"--", "true"})});
        CHECK(outcome.status == 2);
        CHECK(contains(outcome.error, options.front()));
    }
}
