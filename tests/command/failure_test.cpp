// SPDX-License-Identifier: Apache-2.0
// What follows when a command fails, and how commands are ended.
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "running.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::test;
using command::OnFailure;
using command::Settings;

namespace {

Settings with(std::string script, OnFailure on_failure, std::uint64_t retries = 5) {
    Settings settings = settings_for(std::move(script));
    settings.on_failure = on_failure;
    settings.retries = retries;
    return settings;
}

std::size_t count_of(std::string_view what, const std::string& text) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += what.size())
        ++count;
    return count;
}

const std::vector<wire::Publish> three = {
    {.topic_name = "t", .payload = "1"}, {.topic_name = "t", .payload = "2"}, {.topic_name = "t", .payload = "3"}};

/// A process that was killed is there until somebody has waited for it.
bool is_gone(pid_t id) {
    Loop loop;
    return loop.wait_until([&] { return ::kill(id, 0) != 0; });
}

std::vector<pid_t> numbers_in(const std::string& path) {
    std::ifstream file(path);
    std::vector<pid_t> numbers;
    for (pid_t number = 0; file >> number;)
        numbers.push_back(number);
    return numbers;
}

}  // namespace

TEST_CASE("end: the run fails with the command's status, and what comes after is not handled") {
    const Course course = run(with("read n; echo $n; test $n != 2 || exit 7", OnFailure::end), three);
    CHECK(course.output == "1\n2\n");
    CHECK(course.handled == 1);
    REQUIRE(course.failure.has_value());
    CHECK(exit_status(course.failure->code) == 7);
    CHECK(is_of_command(course.failure->code));
    CHECK(course.failure->cause == "the command for 't' ended with status 7");
    CHECK(course.failures == 0);
}

TEST_CASE("end: the commands that run end by themselves, and those before it are handled") {
    const TemporaryDirectory directory;
    const std::string third = directory.path() + "/third";
    Settings settings = with("read n; case $n in 2) until test -e " + third +
                                 "; do sleep 0.01; done; exit 7;; 3) touch " + third + "; sleep 0.2;; esac; echo $n",
                             OnFailure::end);
    settings.jobs = 3;
    const Course course = run(settings, three);
    CHECK(course.output == "1\n3\n");
    CHECK(course.handled == 1);
    REQUIRE(course.failure.has_value());
    CHECK(exit_status(course.failure->code) == 7);
}

TEST_CASE("end: after a failure nothing more is taken, and nobody waits for room") {
    const CapturedOutput captured;
    Bench bench(with("exit 1", OnFailure::end));
    static_cast<void>(bench.deliver({.topic_name = "t"}));
    CHECK(bench.wait_for_end());
    CHECK(bench.runner.gives_up());
    CHECK(bench.runner.has_room());
    CHECK(bench.runner.deliver({.topic_name = "t"}) == output::Wanted::more);
    Running flushing(bench.loop, bench.runner.flush());
    CHECK(flushing.ended());
    CHECK(bench.runner.handled() == 0);
}

TEST_CASE("go on: a warning each time, and the count in the end") {
    const Course course = run(with("read n; echo $n; test $n = 2 || exit 3", OnFailure::go_on), three);
    CHECK(course.output == "1\n2\n3\n");
    CHECK(course.handled == 3);
    CHECK(course.failures == 2);
    CHECK_FALSE(course.failure.has_value());
    CHECK(count_of("the command for 't' ended with status 3; going on", course.log) == 2);
    CHECK(count_of("\"event\":\"command_failed\"", course.log) == 2);
    CHECK(count_of("\"topic\":\"t\",\"status\":3", course.log) == 2);
}

TEST_CASE("retry: a command that succeeds in the end") {
    const TemporaryDirectory directory;
    const std::string script =
        "echo x >> " + directory.path() + "/runs; test $(wc -l < " + directory.path() + "/runs) = 2";
    const Course course = run(with(script, OnFailure::retry), {three.front()});
    CHECK(course.handled == 1);
    CHECK_FALSE(course.failure.has_value());
    CHECK(course.failures == 0);
    CHECK(count_of("ended with status 1; trying again in 0.5 s", course.log) == 1);
}

TEST_CASE("retry: after the last one the run ends") {
    const Course course = run(with("echo x; exit 4", OnFailure::retry, 1), three);
    CHECK(course.output == "x\nx\n");
    CHECK(course.handled == 0);
    REQUIRE(course.failure.has_value());
    CHECK(exit_status(course.failure->code) == 4);
    CHECK(count_of("trying again", course.log) == 1);
}

TEST_CASE("retry: of several commands those run again that have failed, and other messages do not wait") {
    const TemporaryDirectory directory;
    const std::string runs = directory.path() + "/runs";
    Settings settings = with("", OnFailure::retry);
    settings.rules = {{.command = "cat; echo first", .topic_filters = {"#"}},
                      {.command = "echo second; echo x >> " + runs + "; test $(wc -l < " + runs + ") -ge 3",
                       .topic_filters = {"two"}}};
    settings.jobs = 2;
    const Course course =
        run(settings, {{.topic_name = "two", .payload = "1 "}, {.topic_name = "one", .payload = "2 "}});
    CHECK(course.handled == 2);
    CHECK(course.output == "1 first\nsecond\nsecond\nsecond\n2 first\n");
    CHECK(count_of("the command of 'two' for 'two' ended with status 1; trying again in 0.5 s", course.log) == 1);
    CHECK(count_of("trying again in 1 s", course.log) == 1);
}

TEST_CASE("what the shell does not find is named, and only its name; so is a signal") {
    const auto failure_of = [](const std::string& script) {
        const Course course = run(settings_for(script), {three.front()});
        REQUIRE(course.failure.has_value());
        return std::to_string(exit_status(course.failure->code)) + ": " + course.failure->cause;
    };
    CHECK(failure_of("no-such-program -u me:hunter2") ==
          "127: the command for 't' ended with status 127 (program not found: 'no-such-program …')");
    CHECK(failure_of("PASSWORD=hunter2 no-such-program") ==
          "127: the command for 't' ended with status 127 (program not found)");
    CHECK(failure_of("/") == "126: the command for 't' ended with status 126 (program cannot be run: '/')");
    CHECK(failure_of("kill -KILL $$") == "137: the command for 't' was ended by signal 9");
}

TEST_CASE("what does not fit into an environment is a failure of its message, and nothing is cut off") {
    wire::PropertyWriter properties;
    for (int i = 0; i < 4; ++i)
        properties.add(wire::PropertyIdentifier::user_property, "large", std::string(50 * 1024, 'x'));
    const wire::Publish large{.topic_name = "t", .properties = properties.view()};
    const Course course = run(with("echo ran", OnFailure::go_on), {large, three.front()});
    CHECK(course.output == "ran\n");
    CHECK(course.handled == 2);
    CHECK(course.failures == 1);
    CHECK(course.log.find("the command for 't' cannot be started: the properties of the message do not fit into its "
                          "environment; going on") != std::string::npos);
    CHECK(course.log.find("\"status\":126") != std::string::npos);
}

TEST_CASE("a command that takes too long is ended with all that it has started") {
    const TemporaryDirectory directory;
    const std::string processes = directory.path() + "/processes";
    const std::string ignores = "trap '' TERM; sh -c 'sleep 600' & echo $$ $! >> " + processes + "; wait; sleep 600";
    const std::string obeys = "sh -c 'sleep 600; :' & echo $$ $! >> " + processes + "; wait";
    for (const std::string& script : {ignores, obeys}) {
        Settings settings = with(script, OnFailure::go_on);
        settings.timeout = std::chrono::milliseconds(300);
        const Course course = run(settings, {three.front()});
        CHECK(course.handled == 1);
        CHECK(course.failures == 1);
        CHECK(course.log.find("the command for 't' did not end within 0.3 s; going on") != std::string::npos);
        CHECK(course.log.find("\"status\":124") != std::string::npos);
    }
    const std::vector<pid_t> all = numbers_in(processes);
    CHECK(all.size() == 4);
    for (const pid_t id : all)
        CHECK_MESSAGE((is_gone(id) && is_gone(-id)), id);
}

TEST_CASE("a command that ends in time is not told of the limit") {
    Settings settings = with("echo x", OnFailure::end);
    settings.timeout = std::chrono::seconds(60);
    const Course course = run(settings, three);
    CHECK(course.handled == 3);
    CHECK(course.log.empty());
}

TEST_CASE("drain and finish: what runs ends by itself, what waits does not start") {
    const TemporaryDirectory directory;
    const std::string fifo = directory.path() + "/fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    std::string output;
    {
        const CapturedOutput captured;
        Settings settings = with("read x < " + fifo + "; echo first", OnFailure::end);
        settings.rules = {{.command = "read x < " + fifo + "; echo $x", .topic_filters = {"#"}},
                          {.command = "echo never", .topic_filters = {"u"}}};
        settings.jobs = 2;
        Bench bench(settings);
        static_cast<void>(bench.deliver({.topic_name = "t"}));
        CHECK(bench.loop.wait_until([&] { return !bench.runner.waiting_for().empty(); }));
        static_cast<void>(bench.runner.deliver({.topic_name = "t"}));
        bench.runner.drain();
        Running finishing(bench.loop, bench.runner.finish(Bench::linger));
        CHECK_FALSE(finishing.ended());
        std::ofstream(fifo) << "go\n";
        CHECK(bench.loop.wait_until([&] { return finishing.ended(); }));
        CHECK(bench.runner.handled() == 1);
        CHECK_FALSE(bench.running->ended());
        output = captured.text();
    }
    CHECK(output == "go\n");
}

TEST_CASE("terminate: all groups end, also those that ignore SIGTERM, and the run says nothing about it") {
    const TemporaryDirectory directory;
    const std::string processes = directory.path() + "/processes";
    const CapturedOutput captured;
    Settings settings =
        with("trap '' TERM; sleep 600 & echo $$ $! >> " + processes + "; wait; sleep 600", OnFailure::end);
    settings.jobs = 2;
    Bench bench(settings);
    for (int i = 0; i < 2; ++i)
        static_cast<void>(bench.deliver({.topic_name = "t"}));
    REQUIRE(bench.loop.wait_until([&] { return numbers_in(processes).size() == 4; }));
    Running ending(bench.loop, bench.runner.terminate());
    CHECK(bench.loop.wait_until([&] { return ending.ended(); }));
    CHECK(bench.runner.waiting_for().empty());
    CHECK_FALSE(bench.running->ended());
    CHECK(bench.runner.handled() == 0);
    for (const pid_t id : numbers_in(processes))
        CHECK_MESSAGE((is_gone(id) && is_gone(-id)), id);
    CHECK(bench.log.written().empty());
}

TEST_CASE("terminate needs no run: what was cancelled is ended, too") {
    const TemporaryDirectory directory;
    const std::string processes = directory.path() + "/processes";
    const CapturedOutput captured;
    Bench bench(with("echo $$ >> " + processes + "; exec sleep 600", OnFailure::end));
    static_cast<void>(bench.deliver({.topic_name = "t"}));
    REQUIRE(bench.loop.wait_until([&] { return numbers_in(processes).size() == 1; }));
    bench.running.reset();
    CHECK(bench.runner.waiting_for() == "waiting for a command to end");
    Running ending(bench.loop, bench.runner.finish(std::chrono::hours(1)));
    CHECK(bench.loop.wait_until([&] { return ending.ended(); }));
    CHECK(is_gone(numbers_in(processes).front()));
}
