// SPDX-License-Identifier: Apache-2.0
// mqtts-sub: --ready-fd, --ready-file, --background, NOTIFY_SOCKET: told once every subscription is granted, not
// before.
#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "integration/programs.hpp"
#include "os/os.hpp"

namespace {

using namespace mqtts::test;

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

/// Of what nobody tells.
void look_again() {
    ::poll(nullptr, 0, 1);
}

/// A script for sh that finds the subscriber's command line in "$@".
Words script(const std::string& text, const Words& subscriber) {
    Words words{"sh", "-c", text, "sh"};
    words.insert(words.end(), subscriber.begin(), subscriber.end());
    return words;
}

/// A service manager: a datagram socket at a path, or with '@' at a name without a file.
class Manager {
public:
    explicit Manager(const std::string& name) : socket_(mqtts::os::make_socket(AF_UNIX, SOCK_DGRAM)) {
        sockaddr_un address{};
        const socklen_t size = mqtts::os::local_address(name, address);
        REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience_of_socket, sizeof patience_of_socket);
    }

    [[nodiscard]] std::string receive() const {
        std::array<char, 256> text{};
        const ssize_t size = ::recv(socket_.get(), text.data(), text.size(), 0);
        return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
    }

private:
    FileDescriptor socket_;
};

}  // namespace

TEST_CASE("--ready-fd gets one line and its end once subscribed") {
    Mosquitto broker;
    // What is published after the line was read arrives: the pipe ends although the subscriber goes on.
    const std::string publisher = [&] {
        std::string line;
        for (const std::string& word : mqtts_pub(broker, {"-t", "ready", "-q", "1", "-m", "after"}))
            line += " '" + word + "'";
        return line;
    }();
    const std::string text = "{ \"$@\" 3>&1 >&4 | { cat >&4;" + publisher + "; }; } 4>&1";
    const Outcome outcome =
        run({.arguments = script(text, mqtts_sub(broker, {"-t", "ready", "-C", "1", "--ready-fd", "3"}))});
    CHECK(outcome.error.empty());
    CHECK(outcome.output == "ready\nafter\n");
}

TEST_CASE("--ready-fd says nothing when the subscription is refused") {
    Mosquitto broker;
    const Outcome outcome =
        run({.arguments = script("\"$@\" 3>&1", mqtts_sub({"-h", "localhost", "-p", std::to_string(free_port()), "-t",
                                                           "a", "--ready-fd", "3"}))});
    CHECK(outcome.status == 4);
    CHECK(outcome.output.empty());
}

TEST_CASE("--ready-fd: a descriptor that is closed, or one of the standard ones, is refused before anything is done") {
    const Outcome closed = run({.arguments = mqtts_sub({"-t", "a", "--ready-fd", "77"})});
    CHECK(closed.status == 2);
    CHECK(closed.error ==
          "mqtts-sub: --ready-fd: this descriptor is not open; open it first; in a shell, 3>FILE opens number 3\n");
    CHECK(run({.arguments = mqtts_sub({"-t", "a", "--ready-fd", "1"})}).status == 2);
}

TEST_CASE("--ready-fd that cannot be written to is a failure: somebody waits in vain") {
    Mosquitto broker;
    const Words subscriber = mqtts_sub(broker, {"-t", "a", "--ready-fd", "3"});
    const Outcome outcome = run({.arguments = script("\"$@\" 3>/dev/full", subscriber)});
    CHECK(outcome.status == 3);
    CHECK(outcome.error == "mqtts-sub: cannot write \"ready\" to descriptor 3: no space left on device\n");

    const std::string pipe = broker.directory().path() + "/pipe";  // whose reader has left
    const std::string text = "mkfifo " + pipe + "; sleep 60 <" + pipe + " & exec 3>" + pipe + "; kill $!; wait; \"$@\"";
    const Outcome left = run({.arguments = script(text, subscriber)});
    CHECK(left.status == 3);
    CHECK(left.error == "mqtts-sub: cannot write \"ready\" to descriptor 3: broken pipe\n");
}

TEST_CASE("--ready-file appears whole, with the process id, and an old one goes at the start") {
    Mosquitto broker;
    const std::string file = broker.directory().write("ready", "old");
    broker.stall();
    Process subscriber({.arguments = mqtts_sub(broker, {"-t", "file", "--ready-file", file})});
    while (exists(file))
        look_again();
    broker.resume();
    wait_for_subscription(broker, "file");
    while (!exists(file))
        look_again();
    CHECK(read_file(file) == std::to_string(subscriber.id()) + "\n");
    subscriber.signal(SIGTERM);
    CHECK(subscriber.wait().status == 0);

    const Outcome nowhere = run({.arguments = mqtts_sub(broker, {"-t", "a", "--ready-file", "/does/not/exist"})});
    CHECK(nowhere.status == 3);
    CHECK(nowhere.error == "mqtts-sub: cannot create /does/not/exist: no such file or directory\n");
}

TEST_CASE("--background returns once subscribed; the messages come from a process that goes on") {
    Mosquitto broker;
    const std::string output = broker.directory().path() + "/output";
    const std::string file = broker.directory().path() + "/ready";
    const Words subscriber =
        mqtts_sub(broker, {"-t", "back", "-q", "1", "--until", "last", "--background", "--ready-file", file});
    // It keeps standard error open, as a shell lets it.
    CHECK(run({.arguments = script("\"$@\" 2>/dev/null", subscriber), .output_file = output}).status == 0);
    const pid_t background = std::stoi(read_file(file));
    CHECK(::getsid(background) == background);
    REQUIRE(
        run({.arguments = mqtts_pub(broker, {"-t", "back", "-q", "1", "-l"}), .input = Text{"first\nlast\n"}}).status ==
        0);
    broker.wait_for_log("disconnected");
    while (::kill(background, 0) == 0)
        look_again();
    CHECK(read_file(output) == "first\nlast\n");
}

TEST_CASE("--background that fails before it is subscribed returns the status of the failure, and its reason") {
    const Outcome refused = run(
        {.arguments = mqtts_sub({"-h", "localhost", "-p", std::to_string(free_port()), "-t", "a", "--background"})});
    CHECK(refused.status == 4);
    CHECK(refused.error.starts_with("mqtts-sub: "));
    CHECK(run({.arguments = mqtts_sub({"--background"})}).status == 2);
}

TEST_CASE("NOTIFY_SOCKET hears READY=1 and STOPPING=1") {
    Mosquitto broker;
    std::vector<std::string> names{broker.directory().path() + "/notify"};
    if (mqtts::os::has_names_without_file()) names.push_back("@mqtts-test-" + std::to_string(::getpid()));
    for (const std::string& name : names) {
        CAPTURE(name);
        const Manager manager(name);
        Process subscriber({.arguments = mqtts_sub(broker, {"-t", "a"}), .environment = {"NOTIFY_SOCKET=" + name}});
        CHECK(manager.receive() == "READY=1");
        subscriber.signal(SIGTERM);
        CHECK(manager.receive() == "STOPPING=1");
        CHECK(subscriber.wait().status == 0);
    }
}

TEST_CASE("a service manager that is gone is told under -d, once: NOTIFY_SOCKET may be for another program") {
    Mosquitto broker;
    const auto subscribe = [&](const Words& options) {
        return run(
            {.arguments = mqtts_sub(broker, with({"-t", "a", "-E"}, options)), .environment = {"NOTIFY_SOCKET=/gone"}});
    };
    const Outcome gone = subscribe({});
    CHECK(gone.status == 0);
    CHECK(gone.error.empty());
    const std::string told = subscribe({"-d"}).error;
    CHECK(contains(told, "cannot send READY=1 to NOTIFY_SOCKET=/gone: no such file or directory"));
    CHECK_FALSE(contains(told, "STOPPING"));
}
