// SPDX-License-Identifier: Apache-2.0
// What commands get, and in which order messages are handled.
#include "command/runner.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "os/os.hpp"
#include "running.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::test;
using command::Settings;

namespace {

/// Messages "1", "2", … on the topic t.
struct Numbered {
    explicit Numbered(int count) {
        for (int i = 1; i <= count; ++i)
            payloads.push_back(std::to_string(i));
        for (const std::string& payload : payloads)
            messages.push_back({.topic_name = "t", .payload = payload, .qos = wire::Qos::at_least_once});
    }
    std::vector<std::string> payloads;
    std::vector<wire::Publish> messages;
};

}  // namespace

TEST_CASE("the payload is the command's standard input, byte for byte; its output is ours") {
    const std::string bytes("\0\xff\n$(x)\r", 9);
    CHECK(run(settings_for("cat"), {{.topic_name = "t", .payload = bytes}}).output == bytes);
    CHECK(run(settings_for("wc -c | tr -d ' '"), {{.topic_name = "t"}}).output == "0\n");
}

TEST_CASE("the facts are in the environment") {
    const Course course = run(settings_for("echo \"$MQTT_TOPIC $MQTT_LEVEL_2 $MQTT_QOS $MQTT_PAYLOAD_LENGTH\""),
                              {{.topic_name = "a/b", .payload = "12345", .qos = wire::Qos::at_least_once}});
    CHECK(course.output == "a/b b 1 5\n");
    CHECK(course.log.empty());
}

TEST_CASE("one at a time: the messages are handled in their order") {
    const Numbered ten(10);
    const Course course = run(settings_for("cat; echo"), ten.messages);
    CHECK(course.output == "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
    CHECK(course.handled == 10);
    CHECK_FALSE(course.failure.has_value());
}

TEST_CASE("several at a time: the first is slow, the others are done, and nothing is handled before it") {
    const TemporaryDirectory directory;
    const std::string fifo = directory.path() + "/fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    const Numbered five(5);
    std::string output;
    {
        const CapturedOutput captured;
        Settings settings = settings_for("read n; test $n = 1 && read line < " + fifo + "; echo begin $n; echo end $n");
        settings.jobs = 4;
        Bench bench(settings);
        for (const wire::Publish& message : five.messages)
            static_cast<void>(bench.runner.deliver(message));
        CHECK_FALSE(bench.runner.has_room());
        CHECK(bench.loop.wait_until(
            [&] { return bench.runner.has_room() && bench.runner.waiting_for() == "waiting for a command to end"; }));
        CHECK(bench.runner.handled() == 0);
        CHECK(captured.text().empty());
        std::ofstream(fifo) << "go\n";
        CHECK(bench.wait_for_handled(5));
        output = captured.text();
    }
    CHECK(output == "begin 1\nend 1\nbegin 2\nend 2\nbegin 3\nend 3\nbegin 4\nend 4\nbegin 5\nend 5\n");
}

TEST_CASE("there is room for one message more than jobs, and a command that ends makes room") {
    const CapturedOutput captured;
    Settings settings = settings_for("cat");
    settings.jobs = 2;
    Bench bench(settings);
    for (int i = 0; i < 3; ++i) {
        CHECK(bench.runner.has_room());
        static_cast<void>(bench.runner.deliver({.topic_name = "t"}));
    }
    CHECK_FALSE(bench.runner.has_room());
    Running flushing(bench.loop, bench.runner.flush());
    CHECK(bench.loop.wait_until([&] { return flushing.ended(); }));
    CHECK(flushing.result().has_value());
    CHECK(bench.runner.has_room());
}

TEST_CASE("handled() is waited for once for each growth") {
    const CapturedOutput captured;
    Bench bench(settings_for("cat"));
    {
        Running waiting(bench.loop, bench.runner.wait_for_handled());
        CHECK_FALSE(waiting.ended());
        static_cast<void>(bench.deliver({.topic_name = "t"}));
        CHECK(bench.loop.wait_until([&] { return waiting.ended(); }));
    }
    CHECK(bench.runner.handled() == 1);
    Running again(bench.loop, bench.runner.wait_for_handled());
    CHECK_FALSE(again.ended());
}

TEST_CASE("large output of several commands is whole and in order") {
    const Numbered six(6);
    Settings settings = settings_for("read n; head -c 1048576 /dev/zero | tr '\\0' $n");
    settings.jobs = 3;
    const Course course = run(settings, six.messages);
    std::string expected;
    for (int i = 1; i <= 6; ++i)
        expected += std::string(1048576, static_cast<char>('0' + i));
    CHECK(course.handled == 6);
    CHECK((course.output == expected));
}

TEST_CASE("a large payload: to a command that reads it, and to one that does not") {
    const std::string payload(1024 * 1024, 'x');
    CHECK(run(settings_for("wc -c | tr -d ' '"), {{.topic_name = "t", .payload = payload}}).output == "1048576\n");
    const Course course = run(settings_for("exit 0"), {{.topic_name = "t", .payload = payload}});
    CHECK(course.handled == 1);
    CHECK_FALSE(course.failure.has_value());
}

TEST_CASE("nothing that is published becomes part of a command") {
    const TemporaryDirectory directory;
    const std::string canary = directory.path() + "/canary";
    for (const std::string& text : {"$(touch " + canary + ")", "`touch " + canary + "`", "'; touch " + canary + "; '",
                                    "\"; touch " + canary + " #", "\ntouch " + canary + "\n", std::string("-n"),
                                    std::string("--help"), std::string("-c")}) {
        wire::PropertyWriter properties;
        properties.add(wire::PropertyIdentifier::user_property, text, text);
        properties.add(wire::PropertyIdentifier::content_type, text);
        const wire::Publish message{.topic_name = text, .payload = text, .properties = properties.view()};
        for (const std::size_t jobs : {1U, 2U}) {
            Settings settings = settings_for("printf '%s|' \"$MQTT_TOPIC\" \"$MQTT_CONTENT_TYPE\"; cat");
            settings.jobs = jobs;
            CHECK(run(settings, {message}).output == text + "|" + text + "|" + text);
        }
    }
    CHECK(::access(canary.c_str(), F_OK) != 0);
}

TEST_CASE("a command has the descriptors 0, 1 and 2, and no other of ours") {
    for (int descriptor = 3; descriptor < 256; ++descriptor)  // of those who started the test
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    for (const std::size_t jobs : {1U, 2U}) {
        Settings settings = settings_for("for d in /proc/self/fd/*; do echo ${d##*/}; done; cat");
        settings.jobs = jobs;
        const std::string payload(1024 * 1024, '\n');  // it needs our end of the pipe
        const std::string output = run(settings, {{.topic_name = "t", .payload = payload}}).output;
        // sh itself opens the directory.
        CHECK((output == "0\n1\n2\n3\n" + payload));
    }
}

TEST_CASE("what is left out is handled at once, and -C counts what is not") {
    const output::PrintSettings selected{.count = 2, .skip_retained = true, .filter_out = {"x/#"}};
    const Course course = run(settings_for("cat"),
                              {{.topic_name = "t", .payload = "1", .retain = true},
                               {.topic_name = "x/y", .payload = "2"},
                               {.topic_name = "t", .payload = "3"},
                               {.topic_name = "t", .payload = "4"},
                               {.topic_name = "t", .payload = "5"}},
                              selected);
    CHECK(course.delivered == 4);
    CHECK(course.handled == 4);
    CHECK(course.output == "34");
}

TEST_CASE("each command that is for a message runs; one that no command is for is told once") {
    const Settings settings{
        .rules = {{.command = "echo 1", .topic_filters = {"a/#"}}, {.command = "echo 2", .topic_filters = {"a/b"}}}};
    const Course course =
        run(settings, {{.topic_name = "a/b"}, {.topic_name = "c"}, {.topic_name = "a"}, {.topic_name = "c"}});
    CHECK(course.handled == 4);
    CHECK(course.output == "1\n2\n1\n");
    CHECK(course.log.find("there is no command for a message on 'c'; leaving out such messages") != std::string::npos);
    CHECK(std::count(course.log.begin(), course.log.end(), '\n') == 1);
}

TEST_CASE("a command that leaves something behind which writes on is over when it ends itself") {
    for (const std::size_t jobs : {1U, 2U}) {
        Settings settings = settings_for("sleep 600 & echo $!");
        settings.jobs = jobs;
        const Course course = run(settings, {{.topic_name = "t"}});
        CHECK(course.handled == 1);
        CHECK(::kill(std::stoi(course.output), SIGKILL) == 0);
    }
}

TEST_CASE("the run ends when nobody reads the output any more") {
    CapturedOutput captured;
    std::array<int, 2> ends{};
    REQUIRE(os::make_pipe(ends));
    REQUIRE(::dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO);
    ::close(ends[1]);
    Settings settings = settings_for("echo x");
    settings.jobs = 2;
    Bench bench(settings);
    CHECK_FALSE(bench.runner.reader_left());
    ::close(ends[0]);
    static_cast<void>(bench.deliver({.topic_name = "t"}));
    CHECK(bench.wait_for_end());
    CHECK(bench.running->result().error().code == Errc::output_failed);
    CHECK(bench.runner.reader_left());
    CHECK(bench.runner.handled() == 0);
}

TEST_CASE("-d tells the start and the end of each command") {
    const Course course = run(settings_for("exit 0"), {{.topic_name = "a\nb"}}, {}, Log::Level::debug);
    CHECK(
        course.log.find("\"event\":\"command_started\",\"message\":\"started the command for 'a\\\\x0ab', process ") !=
        std::string::npos);
    CHECK(course.log.find("\"event\":\"command_ended\"") != std::string::npos);
    CHECK(course.log.find(",\"status\":0,\"duration\":0.") != std::string::npos);
}

TEST_CASE("nothing runs for a message that nobody asked for") {
    const CapturedOutput captured;
    Bench bench(settings_for("echo no"));
    CHECK_FALSE(bench.runner.show_unasked({.topic_name = "t"}));
    CHECK(bench.runner.handles_later());
    CHECK(bench.runner.waiting_for().empty());
}
