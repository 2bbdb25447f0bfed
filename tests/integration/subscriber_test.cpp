// SPDX-License-Identifier: Apache-2.0
// mqtts-sub: acknowledged means written, -C is exact, and every way to end has its status.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <array>
#include <optional>

#include "integration/programs.hpp"

namespace {

using namespace mqtts::test;

void publish(const Mosquitto& broker, const std::string& topic, const std::string& lines) {
    REQUIRE(run({.arguments = mqtts_pub(broker, {"-t", topic, "-q", "1", "-l"}), .input = Text{lines}}).status == 0);
}

/// A subscriber to "ready" that has received, and written, its first message: a retained one, so it cannot be missed.
struct Running {
    Running(const Mosquitto& broker, const Words& options) : process({.arguments = mqtts_sub(broker, options)}) {
        REQUIRE(run({.arguments = mqtts_pub(broker, {"-t", "ready", "-q", "1", "-r", "-m", "ready"})}).status == 0);
        process.wait_for_output("ready\n");
    }
    Process process;
};

}  // namespace

TEST_CASE("what could not be written is not acknowledged: a full disk loses nothing") {
    Mosquitto broker;
    for (const char* qos : {"1", "2"}) {
        const std::string name = std::string("full-") + qos;
        CAPTURE(name);
        make_session(broker, name, name, {"-q", qos});
        CHECK(run({.arguments = mqtts_pub(broker, {"-t", name, "-q", qos, "-m", "precious"})}).status == 0);

        const Words resume = {"-c", "-i", name, "-t", name, "-q", qos, "-C", "1"};
        const Outcome full = run({.arguments = mqtts_sub(broker, resume), .output_file = "/dev/full"});
        CAPTURE(full.error);
        CHECK(full.status == 3);
        CHECK(contains(full.error, "no space left on device"));

        const Outcome again = run({.arguments = mqtts_sub(broker, resume)});
        CHECK(again.status == 0);
        CHECK(again.output == "precious\n");
    }
}

TEST_CASE("a session is resumed with a smaller Receive Maximum: the broker may exceed it, and nothing is lost") {
    Mosquitto broker;
    make_session(broker, "smaller", "smaller", {"-q", "1"});
    publish(broker, "smaller", numbers(30));
    const Words resume = {"-c", "-i", "smaller", "-t", "smaller", "-q", "1"};
    const Outcome first = run({.arguments = mqtts_sub(broker, with(resume, {"-C", "1"}))});
    CHECK(first.status == 0);
    const Outcome others =
        run({.arguments = mqtts_sub(broker, with(resume, {"-C", "29", "-D", "connect", "receive-maximum", "2"}))});
    CAPTURE(others.error);
    CHECK(others.status == 0);
    CHECK(first.output + others.output == numbers(30));
}

TEST_CASE("killed before it could write, it gets the messages again") {
    Mosquitto broker({.configuration = roomy});
    make_session(broker, "killed", "killed", {"-q", "1"});
    const std::string lines = numbers(20'000);  // more than a pipe holds
    publish(broker, "killed", lines);
    std::string first;
    {
        Process subscriber({.arguments = mqtts_sub(broker, {"-c", "-i", "killed", "-t", "killed", "-q", "1"})});
        subscriber.wait_for_output("\n");
        subscriber.signal(SIGKILL);
        first = subscriber.wait().output;
    }
    publish(broker, "killed", "last\n");
    Process subscriber({.arguments = mqtts_sub(broker, {"-c", "-i", "killed", "-t", "killed", "-q", "1"})});
    subscriber.wait_for_output("\nlast\n");
    // Every message was written by one of the two, and the second began no later than the first ended.
    const std::string& second = subscriber.output();
    const std::string begin = second.substr(0, second.find('\n') + 1);
    const std::size_t overlap = ("\n" + lines).find("\n" + begin);
    CHECK(overlap != std::string::npos);
    CHECK(overlap <= first.size());
    CHECK((second == lines.substr(overlap) + "last\n"));
}

TEST_CASE("-C acknowledges exactly that many messages") {
    Mosquitto broker;
    for (const char* version : {"5", "311"}) {
        for (const char* qos : {"1", "2"}) {
            const std::string name = std::string("count-") + version + "-" + qos;
            CAPTURE(name);
            make_session(broker, name, name, {"-q", qos, "-V", version});
            CHECK(run({.arguments = mqtts_pub(broker, {"-t", name, "-q", qos, "-l"}), .input = Text{numbers(1000)}})
                      .status == 0);
            for (const char* expected : {"1\n2\n", "3\n4\n", "5\n6\n"}) {
                const Outcome outcome =
                    run({.arguments =
                             mqtts_sub(broker, {"-c", "-i", name, "-t", name, "-q", qos, "-V", version, "-C", "2"})});
                CHECK(outcome.status == 0);
                CHECK(outcome.output == expected);
            }
        }
    }
}

TEST_CASE("-W ends with 27, however far it came") {
    const Mosquitto broker;
    const Outcome outcome = run({.arguments = mqtts_sub(broker, {"-t", "silence", "-W", "0.5"})});
    CHECK(outcome.status == 27);
    CHECK(contains(outcome.error, "timed out"));
}

TEST_CASE("-W bounds connecting, too, in both programs") {
    const Mosquitto broker;
    broker.stall();
    CHECK(run({.arguments = mqtts_sub(broker, {"-t", "a", "-W", "0.5"})}).status == 27);
    CHECK(run({.arguments = mqtts_pub(broker, {"-t", "a", "-m", "x", "-W", "0.5"})}).status == 27);
}

TEST_CASE("SIGTERM and SIGINT end it with 0, after DISCONNECT, once it has subscribed") {
    Mosquitto broker;
    for (const int signal : {SIGTERM, SIGINT}) {
        const std::string name = "signal-" + std::to_string(signal);
        Running subscriber(broker, {"-i", name, "-t", "ready"});
        subscriber.process.signal(signal);
        const Outcome outcome = subscriber.process.wait();
        CAPTURE(outcome.error);
        CHECK(outcome.status == 0);
        broker.wait_for_log("Client " + name + " disconnected.\n");
    }
}

TEST_CASE("a closed pipe on standard output is a normal end") {
    Mosquitto broker;
    Running subscriber(broker, {"-i", "reader", "-t", "ready", "-t", "more"});
    subscriber.process.close_output();
    publish(broker, "more", "x\n");
    const Outcome outcome = subscriber.process.wait();
    CHECK(outcome.status == 0);
    CHECK(outcome.error == "");
    broker.wait_for_log("Client reader disconnected.\n");
}

TEST_CASE("it ends when the reader of its output leaves, without a message that would show it") {
    Mosquitto broker;
    Mosquitto websockets({.websockets = true});
    REQUIRE(run({.arguments = mqtts_pub(broker, {"-t", "kept", "-q", "1", "-r", "-m", "kept"})}).status == 0);
    const Words subscribe{"-t", "kept", "-t", "silence"};
    for (const Words& options : {Words{}, Words{"-d"}, Words{"-c", "-i", "name", "-q", "2"}, Words{"--output", "json"},
                                 Words{"--idle", "600"}, Words{"--message-rate"}}) {
        Process subscriber({.arguments = mqtts_sub(broker, with(subscribe, options))});
        subscriber.wait_for_output("\n");
        subscriber.close_output();
        const Outcome outcome = subscriber.wait();
        CHECK(outcome.status == 0);
        CHECK((outcome.error == "" || options == Words{"-d"}));
    }
    Process in_websocket({.arguments = mqtts_sub(websockets, {"-t", "silence", "-d", "--ws"})});
    in_websocket.wait_for_error("received SUBACK");
    in_websocket.close_output();
    CHECK(in_websocket.wait().status == 0);
}

TEST_CASE("the same while there is no connection any more") {
    std::optional<Mosquitto> gone(std::in_place);
    Process reconnecting({.arguments = mqtts_sub(*gone, {"-t", "a", "-d"})});
    reconnecting.wait_for_error("received SUBACK");
    gone.reset();
    reconnecting.wait_for_error("trying again");
    reconnecting.close_output();
    CHECK(reconnecting.wait().status == 0);
}

TEST_CASE("before it has subscribed, that nobody reads is no good end") {
    const Mosquitto broker;
    const Words closed{"-h", "127.0.0.1", "-p", "1", "-t", "a"};
    const auto status_unread = [](const Words& arguments) {
        Process subscriber({.arguments = arguments});
        subscriber.close_output();
        const Outcome outcome = subscriber.wait();
        CHECK(outcome.error != "");
        return outcome.status;
    };
    CHECK(status_unread(mqtts_sub(with(closed, {"--retry-connect=0.5"}))) == 4);
    CHECK(status_unread(mqtts_sub(with(closed, {"--retry-connect", "-W", "0.5"}))) == 27);
    const Words untrusting{"-h", "localhost", "-p", std::to_string(broker.port()), "-t", "a"};
    CHECK(status_unread(mqtts_sub(untrusting)) == 5);
    broker.stall();
    CHECK(status_unread(mqtts_sub(broker, {"-t", "a", "-W", "0.5"})) == 27);
}

TEST_CASE("the readers of a named pipe may come in turn; without one, the next message ends it") {
    Mosquitto broker;
    const std::string pipe = broker.directory().path() + "/pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const auto open_to_read = [&] { return FileDescriptor(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)); };
    const auto next_line = [](const FileDescriptor& reader) {
        pollfd request{.fd = reader.get(), .events = POLLIN, .revents = 0};
        std::array<char, 16> line{};
        REQUIRE(::poll(&request, 1, static_cast<int>(Process::patience.count())) == 1);
        const ssize_t size = ::read(reader.get(), line.data(), line.size());
        return std::string(line.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    };
    FileDescriptor reader = open_to_read();
    const Words subscribe{"-t", "a", "-t", "left/out", "-T", "left/#", "-d"};
    Process subscriber({.arguments = mqtts_sub(broker, subscribe), .output_file = pipe});
    subscriber.wait_for_error("received SUBACK");
    publish(broker, "a", "1\n");
    CHECK(next_line(reader) == "1\n");
    reader.close();
    publish(broker, "left/out", "between two readers\n");
    subscriber.wait_for_error("between two readers");
    reader = open_to_read();
    publish(broker, "a", "2\n");
    CHECK(next_line(reader) == "2\n");
    reader.close();
    publish(broker, "a", "3\n");
    CHECK(subscriber.wait().status == 0);
}

TEST_CASE("what has to be done beside printing is done without a reader, too") {
    Mosquitto broker;
    const auto run_unread = [&](const Words& options, const Words& command = {}) {
        Process subscriber({.arguments = with(mqtts_sub(broker, options), command)});
        subscriber.close_output();
        return subscriber.wait();
    };
    CHECK(run_unread({"-t", "a", "-c", "-i", "session", "-q", "1", "-E"}).status == 0);
    broker.wait_for_log("as session ");
    broker.wait_for_log(" a\n");
    CHECK(run_unread({"-t", "a"}, {"--", "sh", "-c", "exit 3"}).status == 3);
    CHECK(run_unread({"-t", "a", "--expect-none", "-W", "0.3"}).status == 0);
    CHECK(run_unread({"-t", "a", "-U", "b", "-W", "0.3"}).status == 27);
    REQUIRE(run({.arguments = mqtts_pub(broker, {"-t", "a", "-q", "1", "-m", "unexpected", "-r"})}).status == 0);
    CHECK(run_unread({"-t", "a", "--expect-none", "-W", "600"}).status == 11);
}

TEST_CASE("-R leaves out retained messages, -v shows topics, -N adds no newline") {
    Mosquitto broker;
    REQUIRE(run({.arguments = mqtts_pub(broker, {"-t", "kept/a", "-q", "1", "-r", "-m", "old"})}).status == 0);
    CHECK(run({.arguments = mqtts_sub(broker, {"-t", "kept/+", "-C", "1", "-v"})}).output == "kept/a old\n");
    CHECK(run({.arguments = mqtts_sub(broker, {"-t", "kept/#", "-C", "1", "-N"})}).output == "old");

    Process subscriber({.arguments = mqtts_sub(broker, {"-t", "kept/a", "-t", "other", "-R", "-C", "1"})});
    wait_for_subscription(broker, "other");
    publish(broker, "kept/a", "new\n");
    CHECK(subscriber.wait().output == "new\n");
}
