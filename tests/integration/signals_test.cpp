// SPDX-License-Identifier: Apache-2.0
// Signals, at the moments when nothing else would end a program soon, and a standard error that is not there.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>

#include "integration/programs.hpp"
#include "support/scripted_broker.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace mqtts::test;
using mqtts::wire::Publish;

/// What must not be waited for takes this many seconds, which is longer than Process::wait() has patience.
const std::string for_ever = "36000";

int status_after(Process& process, int signal) {
    process.signal(signal);
    return process.wait().status;
}

/// A named pipe whose reader does not read.
class StalledReader {
public:
    StalledReader() : path_(directory_.path() + "/fifo") {
        REQUIRE(run({.arguments = {"mkfifo", path_}}).status == 0);
        end_ = FileDescriptor(::open(path_.c_str(), O_RDWR | O_CLOEXEC));
    }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// Returns when nothing more goes in.
    void wait_until_full() const {
        pollfd end{end_.get(), POLLOUT, 0};
        while (::poll(&end, 1, 0) == 1)
            ::poll(nullptr, 0, 1);  // nobody tells, so it is asked again
    }

private:
    TemporaryDirectory directory_;
    std::string path_;
    FileDescriptor end_;
};

/// A publisher with a window of one message, which nobody acknowledges.
struct Waiting {
    explicit Waiting(const std::string& linger)
        : publisher(
              {.arguments = broker.arguments(mqtts_pub({"-t", "a", "-q", "1", "-M", "1", "-l", "--linger", linger})),
               .input = Pipe{}}) {
        broker.accept_client();
        publisher.write("1\n2\n");
        CHECK(broker.receive() == "PUBLISH 1 qos1 a \"1\"");
    }
    ScriptedBroker broker;
    Process publisher;
};

/// Runs a program under a shell that first closes its standard error.
Outcome without_standard_error(const Words& program) {
    Words words{"/bin/sh", "-c", "exec \"$@\" 2>&-", "sh"};
    words.insert(words.end(), program.begin(), program.end());
    return run({.arguments = words});
}

}  // namespace

TEST_CASE("a signal while connecting is 128 + n, at once") {
    const Listener silent;
    const Words there{"-h", "127.0.0.1", "-p", std::to_string(silent.port()), "-t", "a", "--connect-timeout", for_ever};
    for (const int signal : {SIGINT, SIGTERM}) {
        for (Words words : {mqtts_pub(there), mqtts_sub(there)}) {
            if (words.front() == MQTTS_PUB) words.insert(words.end(), {"-m", "x"});
            Process process({.arguments = words});
            const FileDescriptor connection = silent.accept();
            CHECK(status_after(process, signal) == 128 + signal);
        }
    }
}

TEST_CASE("a signal while waiting to connect again ends the wait") {
    const std::string port = std::to_string(free_port());
    Process publisher(
        {.arguments = mqtts_pub({"-h", "127.0.0.1", "-p", port, "-t", "a", "-m", "x", "--retry-connect"})});
    publisher.wait_for_error("refused");
    CHECK(status_after(publisher, SIGTERM) == 128 + SIGTERM);
}

TEST_CASE("a signal while the window is closed waits as long as --linger") {
    for (const int signal : {SIGINT, SIGTERM}) {
        Waiting waiting("0.5");
        CHECK(status_after(waiting.publisher, signal) == 128 + signal);
    }
}

TEST_CASE("a second signal does not wait at all") {
    Waiting waiting(for_ever);
    waiting.publisher.signal(SIGINT);
    const int status = status_after(waiting.publisher, SIGTERM);
    CHECK((status == 128 + SIGINT || status == 128 + SIGTERM));  // nobody knows which one comes first
}

TEST_CASE("a reader that does not read keeps a subscriber that is to end for --linger only: 3") {
    const StalledReader reader;
    ScriptedBroker broker;
    Process subscriber(
        {.arguments = broker.arguments(mqtts_sub({"-t", "a", "--linger", "0.5"})), .output_file = reader.path()});
    broker.accept_subscriber();
    broker.send(Publish{.topic_name = "a", .payload = std::string(1'000'000, 'x')});
    reader.wait_until_full();
    CHECK(status_after(subscriber, SIGTERM) == 3);
}

TEST_CASE("SIGHUP ends a program as if nobody had asked it to be gentle") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a", "--linger", for_ever}))});
    broker.accept_subscriber();
    CHECK(status_after(subscriber, SIGHUP) == 128 + SIGHUP);
}

TEST_CASE("SIGPIPE is nothing to end for") {
    ScriptedBroker broker;
    Process subscriber({.arguments = broker.arguments(mqtts_sub({"-t", "a"}))});
    broker.accept_subscriber();
    broker.send(Publish{.topic_name = "a", .payload = "x"});
    subscriber.wait_for_output("x\n");  // then it knows that it has subscribed
    subscriber.signal(SIGPIPE);
    CHECK(status_after(subscriber, SIGTERM) == 0);
}

TEST_CASE("a closed standard error takes no words with it, and none of them get into a connection or a file") {
    Mosquitto broker;
    const Outcome published = without_standard_error(mqtts_pub(broker, {"-t", "a", "-q", "1", "-r", "-m", "x", "-d"}));
    CHECK(published.status == 0);
    const Outcome received = without_standard_error(mqtts_sub(broker, {"-t", "a", "-C", "1", "-d"}));
    CHECK(received.status == 0);
    CHECK(received.output == "x\n");
    const Outcome failed =
        without_standard_error(mqtts_pub({"-h", "127.0.0.1", "-p", std::to_string(free_port()), "-t", "a", "-n"}));
    CHECK(failed.status == 4);
    CHECK(failed.output.empty());
}
