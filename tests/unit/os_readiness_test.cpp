// SPDX-License-Identifier: Apache-2.0
// Who waits for us is told once, in full, or we say that we could not.
#include "os/readiness.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "os/os.hpp"
#include "support/file_descriptor.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using os::Readiness;
using os::ReadinessSettings;
using test::FileDescriptor;
using test::TemporaryDirectory;

namespace {

namespace fs = std::filesystem;

struct Listener {
    Listener() {
        std::array<int, 2> both{};
        REQUIRE(::pipe(both.data()) == 0);
        reader = FileDescriptor(both[0]);
        writer = both[1];
    }
    FileDescriptor reader;
    int writer = -1;  // belongs to who is ready
};

/// Up to the end of the file: the writers have closed it.
std::string read_all(const FileDescriptor& from) {
    std::string text;
    std::array<char, 64> block{};
    for (ssize_t count = 0; (count = ::read(from.get(), block.data(), block.size())) > 0;)
        text.append(block.data(), static_cast<std::size_t>(count));
    return text;
}

std::string content_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::ptrdiff_t files_in(const TemporaryDirectory& directory) {
    return std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator());
}

Failure failure_of(const ReadinessSettings& settings) {
    const Result<> announced = Readiness(settings).announce();
    REQUIRE(announced.has_error());
    CHECK(announced.error().code == Errc::output_failed);
    return announced.error();
}

/// No file grows beyond so many bytes while it lives: as on a full disk, of the last write a part is taken.
class SmallFiles {
public:
    explicit SmallFiles(rlim_t size) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{.rlim_cur = size, .rlim_max = before_.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    }
    SmallFiles(const SmallFiles&) = delete;
    SmallFiles& operator=(const SmallFiles&) = delete;
    ~SmallFiles() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    rlimit before_{};
    void (*handler_)(int);
};

/// $NOTIFY_SOCKET while it lives.
class NotifySocket {
public:
    explicit NotifySocket(const std::string& name) { ::setenv("NOTIFY_SOCKET", name.c_str(), 1); }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;
    ~NotifySocket() { ::unsetenv("NOTIFY_SOCKET"); }
};

/// What the parent comes to, of a process that goes to the background and does this there.
int status_of_parent(const std::function<void(const ReadinessSettings&)>& work) {
    ReadinessSettings settings{.background = true};
    const auto parent = os::enter_background(settings);
    if (parent && !*parent) {
        work(settings);
        ::_exit(99);
    }
    REQUIRE(parent.has_value());
    return **parent;
}

}  // namespace

TEST_CASE("everybody who waits is told, and hears no more") {
    const TemporaryDirectory directory;
    const Listener one;
    const Listener other;
    const ReadinessSettings settings{.descriptors = {one.writer, other.writer}, .file = directory.path() + "/ready"};
    const Readiness readiness(settings);
    CHECK_FALSE(fs::exists(settings.file));
    REQUIRE(readiness.announce().has_value());
    CHECK(read_all(one.reader) == "ready\n");
    CHECK(read_all(other.reader) == "ready\n");
    CHECK(content_of(settings.file) == std::to_string(::getpid()) + "\n");
    CHECK(files_in(directory) == 1);
}

TEST_CASE("a file that an earlier run left does not say that this one is ready") {
    const TemporaryDirectory directory;
    const ReadinessSettings settings{.file = directory.write("ready", "1\n")};
    const Readiness readiness(settings);
    CHECK_FALSE(fs::exists(settings.file));
}

TEST_CASE("a program that we start cannot say that we are ready, or keep it from being heard") {
    const Listener ends;
    const ReadinessSettings settings{.descriptors = {ends.writer}};
    const Readiness readiness(settings);
    CHECK((::fcntl(ends.writer, F_GETFD) & FD_CLOEXEC) != 0);
    ::close(ends.writer);
}

TEST_CASE("who cannot be told is named") {
    const TemporaryDirectory directory;
    CHECK(failure_of({.descriptors = {1000}}).cause ==
          "cannot write \"ready\" to descriptor 1000: bad file descriptor");
    const std::string nowhere = directory.path() + "/nowhere/ready";
    CHECK(failure_of({.file = nowhere}).cause == "cannot create " + nowhere + ": no such file or directory");
}

TEST_CASE("a file for which there is no room is named, with the true reason, and nothing of it is left") {
    const TemporaryDirectory directory;
    const ReadinessSettings settings{.file = directory.path() + "/ready"};
    const SmallFiles limit(2);  // the first two digits of the process id
    const Failure failure = failure_of(settings);
    CHECK(failure.cause == "cannot create " + settings.file + ": file too large");
    CHECK(files_in(directory) == 0);
}

TEST_CASE("a file that cannot take its place leaves nothing behind") {
    const TemporaryDirectory directory;
    const std::string taken = directory.path() + "/ready";
    fs::create_directory(taken);
    CHECK(failure_of({.file = taken}).cause.starts_with("cannot create " + taken + ": "));
    CHECK(files_in(directory) == 1);
}

TEST_CASE("the service manager gets a datagram, if there is one") {
    ::unsetenv("NOTIFY_SOCKET");
    CHECK(os::notify_service_manager("READY=1").has_value());
    const NotifySocket empty("");
    CHECK(os::notify_service_manager("READY=1").has_value());

    const TemporaryDirectory directory;
    const std::string name = directory.path() + "/notify";
    sockaddr_un address{};
    const socklen_t size = os::local_address(name, address);
    const FileDescriptor manager(os::make_socket(AF_UNIX, SOCK_DGRAM));
    REQUIRE(::bind(manager.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
    const NotifySocket socket(name);
    REQUIRE(os::notify_service_manager("STOPPING=1").has_value());
    std::array<char, 64> datagram{};
    REQUIRE(::recv(manager.get(), datagram.data(), datagram.size(), MSG_DONTWAIT) == 10);
    CHECK(std::string(datagram.data(), 10) == "STOPPING=1");
}

TEST_CASE("a service manager that is not reached is named, as text that a terminal does not obey") {
    const NotifySocket socket("/nowhere/\x1b[2J");
    const Result<> sent = os::notify_service_manager("READY=1");
    REQUIRE(sent.has_error());
    CHECK(sent.error().cause == "cannot send READY=1 to NOTIFY_SOCKET=/nowhere/\\x1b[2J: no such file or directory");
}

TEST_CASE("who went to the background ends with 0 as soon as the child is ready, whatever becomes of it") {
    CHECK(status_of_parent([](const ReadinessSettings& settings) {
              if (Readiness(settings).announce()) ::_exit(9);
          }) == 0);
    while (::waitpid(-1, nullptr, 0) > 0) {
    }
}

TEST_CASE("who went to the background ends as the child did that was never ready") {
    CHECK(status_of_parent([](const ReadinessSettings&) { ::_exit(7); }) == 7);
    CHECK(status_of_parent([](const ReadinessSettings&) { ::_exit(0); }) == 0);
    CHECK(status_of_parent([](const ReadinessSettings&) { ::raise(SIGKILL); }) == 128 + SIGKILL);
}

TEST_CASE("in the background there is nothing to read, and no terminal once we are ready") {
    const Listener listener;
    CHECK(status_of_parent([&](const ReadinessSettings& settings) {
              char byte = 0;
              const bool is_empty = ::read(STDIN_FILENO, &byte, 1) == 0;
              const bool had_terminal = ::getsid(0) != ::getpid();  // a failure until then is still shown there
              const bool ready = Readiness(settings).announce().has_value();
              const bool is_alone = ::getsid(0) == ::getpid();
              byte = is_empty && had_terminal && ready && is_alone ? 'y' : 'n';
              ::_exit(::write(listener.writer, &byte, 1) == 1 ? 0 : 1);
          }) == 0);
    ::close(listener.writer);
    CHECK(read_all(listener.reader) == "y");
    while (::waitpid(-1, nullptr, 0) > 0) {
    }
}
