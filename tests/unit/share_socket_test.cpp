// SPDX-License-Identifier: Apache-2.0
// Both ends of a socket: who gets the name, who may connect, and what dead keepers leave.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "os/os.hpp"
#include "share/connect.hpp"
#include "share/listener.hpp"
#include "share_directories.hpp"
#include "support/file_descriptor.hpp"
#include "support/patience.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::share;
using namespace mqtts::test;

namespace {

const std::string socket_name = "0123456789abcdef0123456789abcdef";
const std::string other_name = "00000000000000000000000000000000";

/// A directory of the user alone, for sockets.
struct Place {
    TemporaryDirectory base;
    Directory directory = *Directory::make(runtime_in(base));

    [[nodiscard]] std::string path(const std::string& file) const { return directory.path_of(file); }
    [[nodiscard]] bool has(const std::string& file) const { return ::access(path(file).c_str(), F_OK) == 0; }
};

std::optional<Listener> listen(const Place& place, const std::string& at = socket_name) {
    auto listener = Listener::open(place.directory, at);
    REQUIRE_MESSAGE(listener.has_value(), listener.error().cause);
    return std::move(*listener);
}

bool is_there(const Place& place, const std::string& at = socket_name) {
    const auto caller = connect(place.directory, at);
    REQUIRE_MESSAGE(caller.has_value(), caller.error().cause);
    return caller->has_value();
}

std::string refusal_to_connect(const Place& place) {
    const auto caller = connect(place.directory, socket_name);
    return caller ? "" : one_line(caller.error());
}

bool has_flags(int descriptor) {
    return (::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0 && (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0;
}

/// Leaves a socket and its lock behind, as kill -9 does it.
void leave_remains(const Place& place, const std::string& at) {
    in_killed_process([&] {
        static const auto listener = Listener::open(place.directory, at);  // is not destroyed
        return listener->has_value();
    });
    REQUIRE(place.has(at));
}

/// A process that waits for the start, takes the name, tells whether it got it, and keeps it until it is told to
/// end.
class Rival {
public:
    Rival(const Place& place, int start, int tell) {
        process_ = ::fork();
        if (process_ != 0) return;
        char byte = 0;
        static_cast<void>(::read(start, &byte, 1));
        const auto listener = Listener::open(place.directory, socket_name);
        const char result = !listener ? 'f' : *listener ? 'w' : 'l';
        static_cast<void>(::write(tell, &result, 1));
        for (;;)
            ::pause();
    }
    Rival(Rival&& other) noexcept : process_(std::exchange(other.process_, -1)) {}
    Rival& operator=(Rival&&) = delete;
    ~Rival() {
        if (process_ < 0) return;
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }

private:
    pid_t process_;
};

}  // namespace

TEST_CASE("caller and keeper find each other, and talk") {
    const Place place;
    CHECK_FALSE(is_there(place));
    auto keeper = listen(place);
    REQUIRE(keeper.has_value());
    CHECK(keeper->is_found());
    CHECK(has_flags(keeper->descriptor()));
    const os::OpenFile nobody = keeper->accept();
    CHECK_FALSE(nobody.is_open());
    CHECK(errno == EAGAIN);
    const auto caller = connect(place.directory, socket_name);
    REQUIRE(caller->has_value());
    const os::OpenFile accepted = keeper->accept();
    REQUIRE(accepted.is_open());
    CHECK(has_flags((*caller)->get()));
    CHECK(has_flags(accepted.get()));
    CHECK(os::send((*caller)->get(), "hello") == 5);
    char bytes[8];
    CHECK(::recv(accepted.get(), bytes, sizeof bytes, 0) == 5);
    CHECK(keeper->refused_users() == 0);
}

TEST_CASE("a socket has the mode 0600, and is gone with its keeper") {
    const Place place;
    {
        const auto keeper = listen(place);
        struct stat status {};
        REQUIRE(::lstat(place.path(socket_name).c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
        CHECK(place.directory.names().value() == std::vector<std::string>{socket_name});
        CHECK_FALSE(place.has(socket_name + ".new"));
    }
    CHECK_FALSE(place.has(socket_name));
    CHECK_FALSE(place.has(socket_name + ".lock"));
    CHECK_FALSE(is_there(place));
    CHECK(place.directory.names()->empty());
}

TEST_CASE("a living keeper keeps the socket_name, other names are free") {
    const Place place;
    const auto first = listen(place);
    CHECK_FALSE(listen(place).has_value());
    CHECK(listen(place, other_name).has_value());
    CHECK(is_there(place));
}

TEST_CASE("of many processes that want the name at once exactly one gets it") {
    for (const bool after_a_dead_one : {false, true}) {
        const Place place;
        if (after_a_dead_one) leave_remains(place, socket_name);
        std::array<int, 2> start{};
        std::array<int, 2> told{};
        REQUIRE(os::make_pipe(start));
        REQUIRE(os::make_pipe(told));
        std::string results;
        {
            std::vector<Rival> rivals;
            rivals.reserve(8);
            for (int i = 0; i < 8; ++i)
                rivals.emplace_back(place, start[0], told[1]);
            REQUIRE(::write(start[1], "12345678", 8) == 8);
            for (char result = 0; results.size() < 8 && ::read(told[0], &result, 1) == 1;)
                results += result;
            CHECK(is_there(place));
        }
        CHECK(std::count(results.begin(), results.end(), 'w') == 1);
        CHECK(std::count(results.begin(), results.end(), 'l') == 7);
        CHECK_FALSE(is_there(place));  // killed
        CHECK(listen(place).has_value());
        for (const int end : {start[0], start[1], told[0], told[1]})
            ::close(end);
    }
}

TEST_CASE("what a dead keeper left is replaced") {
    const Place place;
    leave_remains(place, socket_name);
    CHECK_FALSE(is_there(place));
    const auto keeper = listen(place);
    REQUIRE(keeper.has_value());
    CHECK(is_there(place));
}

TEST_CASE("what a dead keeper of another name left is removed") {
    const Place place;
    leave_remains(place, other_name);
    const auto keeper = listen(place);
    CHECK(place.directory.names().value() == std::vector<std::string>{socket_name});
    CHECK_FALSE(place.has(other_name + ".lock"));
}

TEST_CASE("the sockets of living keepers stay when another one begins") {
    const Place place;
    const auto living = listen(place, other_name);
    const auto keeper = listen(place);
    CHECK(is_there(place, other_name));
    CHECK(living->is_found());
}

TEST_CASE("a keeper that is left to a process of ours lives on with it") {
    const Place place;
    std::array<int, 2> ends{};
    REQUIRE(os::make_pipe(ends));
    auto keeper = listen(place);
    const pid_t process = ::fork();
    if (process == 0) {
        char byte = 0;
        ::close(ends[1]);
        static_cast<void>(::read(ends[0], &byte, 1));  // until the other end is closed
        keeper.reset();
        ::_exit(0);
    }
    keeper->leave();
    keeper.reset();
    CHECK(is_there(place));
    CHECK_FALSE(listen(place).has_value());
    ::close(ends[1]);
    REQUIRE(::waitpid(process, nullptr, 0) == process);
    CHECK_FALSE(place.has(socket_name));
    CHECK(listen(place).has_value());
    ::close(ends[0]);
}

TEST_CASE("a keeper whose socket was removed or replaced knows it, and removes nothing of others") {
    const Place place;
    auto old = listen(place);
    REQUIRE(::unlink(place.path(socket_name).c_str()) == 0);
    CHECK_FALSE(old->is_found());
    REQUIRE(::unlink(place.path(socket_name + ".lock").c_str()) == 0);
    const auto next = listen(place);
    REQUIRE(next.has_value());
    CHECK_FALSE(old->is_found());
    old.reset();
    CHECK(next->is_found());
    CHECK(place.has(socket_name + ".lock"));
    CHECK(is_there(place));
}

TEST_CASE("a link, a file or a directory in place of a socket is not connected to") {
    const Place place;
    auto elsewhere = listen(place, other_name);
    const std::string refusal =
        "cannot share a connection through " + place.path(socket_name) + ": it is no socket of ours; remove the file";
    REQUIRE(::symlink(other_name.c_str(), place.path(socket_name).c_str()) == 0);
    CHECK(refusal_to_connect(place) == refusal);
    CHECK(place.directory.names().value() == std::vector<std::string>{other_name});
    CHECK(elsewhere->accept().get() == -1);
    REQUIRE(::unlink(place.path(socket_name).c_str()) == 0);
    REQUIRE(::mkdir(place.path(socket_name).c_str(), 0700) == 0);
    CHECK(refusal_to_connect(place) == refusal);
    CHECK_FALSE(Listener::open(place.directory, socket_name).has_value());
    CHECK_FALSE(place.has(socket_name + ".new"));
    CHECK_FALSE(place.has(socket_name + ".lock"));
}

TEST_CASE("a link in place of a socket is replaced, and what it leads to stays") {
    const Place place;
    const std::string victim = place.base.write("victim", "content");
    for (const char* const suffix : {"", ".new"})
        REQUIRE(::symlink(victim.c_str(), place.path(socket_name + suffix).c_str()) == 0);
    const auto keeper = listen(place);
    REQUIRE(keeper.has_value());
    CHECK(is_there(place));
    struct stat status {};
    REQUIRE(::stat(victim.c_str(), &status) == 0);
    CHECK(status.st_size == 7);
}

TEST_CASE("a link in place of a lock is refused") {
    const Place place;
    const std::string victim = place.base.write("victim", "content");
    REQUIRE(::symlink(victim.c_str(), place.path(socket_name + ".lock").c_str()) == 0);
    CHECK_FALSE(Listener::open(place.directory, socket_name).has_value());
    CHECK_FALSE(place.has(socket_name));
}

TEST_CASE("a user who reaches the socket all the same is refused, others are served") {
    if (!is_root()) return skipped_without_root();
    const Place place;
    auto keeper = listen(place);
    for (const std::string& path : {place.base.path(), place.directory.path()})
        REQUIRE(::chmod(path.c_str(), 0755) == 0);
    REQUIRE(::chmod(place.path(socket_name).c_str(), 0666) == 0);
    as_another_user([&] {
        sockaddr_un address{};
        const socklen_t size = os::local_address(place.path(socket_name), address);
        const FileDescriptor socket(os::make_socket(AF_UNIX, SOCK_STREAM));
        return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0;
    });
    const auto ours = connect(place.directory, socket_name);
    REQUIRE(ours->has_value());
    const os::OpenFile accepted = keeper->accept();
    CHECK(accepted.is_open());
    CHECK(keeper->refused_users() == 1);
    CHECK(os::send((*ours)->get(), "x") == 1);
    char byte = 0;
    CHECK(::recv(accepted.get(), &byte, 1, 0) == 1);
    CHECK_FALSE(keeper->accept().is_open());
}

TEST_CASE("a socket at which another user listens is not talked to") {
    if (!is_root()) return skipped_without_root();
    const Place place;
    for (const std::string& path : {place.base.path(), place.directory.path()})
        REQUIRE(::chown(path.c_str(), another_user, another_user) == 0);
    std::array<int, 2> ends{};
    REQUIRE(os::make_pipe(ends));
    const pid_t process = ::fork();
    if (process == 0) {
        const bool is_other = ::setgid(another_user) == 0 && ::setuid(another_user) == 0;
        const auto keeper = Listener::open(place.directory, socket_name);
        static_cast<void>(::write(ends[1], is_other && keeper && *keeper ? "y" : "n", 1));
        for (;;)
            ::pause();
    }
    char answer = 0;
    REQUIRE(::read(ends[0], &answer, 1) == 1);
    CHECK(answer == 'y');
    CHECK(refusal_to_connect(place).find("it is no socket of ours") != std::string::npos);
    REQUIRE(::chown(place.path(socket_name).c_str(), 0, 0) == 0);  // now only the process itself shows it
    CHECK(refusal_to_connect(place).find("another user listens there") != std::string::npos);
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
    for (const int end : ends)
        ::close(end);
    for (const std::string& path : {place.base.path(), place.directory.path()})
        REQUIRE(::chown(path.c_str(), 0, 0) == 0);
}

TEST_CASE("a path that is too long for a socket is told, and nothing is left") {
    const TemporaryDirectory base;
    std::string runtime = base.path();
    while (runtime.size() < 100) {
        runtime += "/a-long-socket_name";
        REQUIRE(::mkdir(runtime.c_str(), 0700) == 0);
    }
    const auto directory = Directory::make({.runtime = runtime, .cache = {}, .home = {}});
    REQUIRE(directory.has_value());
    const auto listener = Listener::open(*directory, socket_name);
    REQUIRE_FALSE(listener.has_value());
    CHECK(one_line(listener.error()) ==
          "cannot share a connection through " + directory->path() +
              ": its path is too long for a socket; set XDG_RUNTIME_DIR to a directory with a shorter path");
    CHECK(::access(directory->path_of(socket_name + ".lock").c_str(), F_OK) != 0);
    CHECK_FALSE(connect(*directory, socket_name)->has_value());
}

TEST_CASE("what a keeper wrote before it was killed still comes, then the end") {
    const Place place;
    std::array<int, 2> ends{};
    REQUIRE(os::make_pipe(ends));
    const pid_t process = ::fork();
    if (process == 0) {
        auto keeper = *Listener::open(place.directory, socket_name);
        static_cast<void>(::write(ends[1], "x", 1));
        pollfd caller{.fd = keeper->descriptor(), .events = POLLIN, .revents = 0};
        ::poll(&caller, 1, milliseconds_of_patience);
        const os::OpenFile accepted = keeper->accept();
        pollfd request{.fd = accepted.get(), .events = POLLIN, .revents = 0};
        ::poll(&request, 1, milliseconds_of_patience);
        static_cast<void>(os::send(accepted.get(), "taken"));
        ::raise(SIGKILL);  // with a request that it has not read
    }
    char bytes[16];
    REQUIRE(::read(ends[0], bytes, 1) == 1);
    const auto caller = connect(place.directory, socket_name);
    REQUIRE(caller->has_value());
    const int socket = (*caller)->get();
    CHECK(os::send(socket, "request") == 7);
    REQUIRE(::waitpid(process, nullptr, 0) == process);
    CHECK(::recv(socket, bytes, sizeof bytes, 0) == 5);
    CHECK(::recv(socket, bytes, sizeof bytes, 0) <= 0);
    CHECK(os::send(socket, "more") == -1);
    for (const int end : ends)
        ::close(end);
}

TEST_CASE("a caller that waits in vain is told that too many wait") {
    const Place place;
    const auto keeper = listen(place);
    std::vector<os::OpenFile> callers;
    std::string refusal;
    while (callers.size() < 10'000 && refusal.empty()) {
        auto caller = connect(place.directory, socket_name);
        if (!caller)
            refusal = caller.error().cause;
        else if (*caller)
            callers.push_back(std::move(**caller));
        else
            break;  // other systems say that nobody is there
    }
    CHECK_FALSE(callers.empty());
    if (!refusal.empty() && refusal.find("open files") == std::string::npos)
        CHECK(refusal == "cannot share a connection through " + place.path(socket_name) + ": too many callers wait");
}
