// SPDX-License-Identifier: Apache-2.0
// Both ways of lib/os: os_test is built with the one that the programs have, os_portable_test with the other.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>

#include "os/os.hpp"
#include "support/file_descriptor.hpp"
#include "support/patience.hpp"
#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::test;
using os::Direction;

namespace {

struct Ends {
    FileDescriptor reader;
    FileDescriptor writer;
};

Ends make(bool (*call)(std::array<int, 2>&) noexcept) {
    std::array<int, 2> ends{};
    REQUIRE(call(ends));
    return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

bool is_closed_in_programs(const FileDescriptor& descriptor) {
    return (::fcntl(descriptor.get(), F_GETFD) & FD_CLOEXEC) != 0;
}

FileDescriptor open(const std::string& path, int flags) {
    FileDescriptor file(::open(path.c_str(), flags | O_CLOEXEC, 0600));
    REQUIRE(file.is_open());
    return file;
}

void write(const FileDescriptor& to, std::string_view bytes) {
    REQUIRE(::write(to.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
}

std::string read(const FileDescriptor& from) {
    std::array<char, 65536> block;
    const ssize_t count = ::read(from.get(), block.data(), block.size());
    return {block.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

/// A Watch as the event loop uses it.
class Watched {
public:
    Watched(const FileDescriptor& file, Direction direction) : watch_(file.get(), direction) {
        REQUIRE(watch_.is_open());
        descriptor_ = FileDescriptor(watch_.descriptor());
    }
    void begin() { watch_.begin_wait(); }
    void end() { watch_.end_wait(); }
    [[nodiscard]] bool is_ready_within(int milliseconds) const {
        pollfd request{.fd = descriptor_.get(), .events = POLLIN, .revents = 0};
        return ::poll(&request, 1, milliseconds) == 1;
    }
    /// What hangs fails instead.
    [[nodiscard]] bool becomes_ready() const { return is_ready_within(milliseconds_of_patience); }

private:
    os::Watch watch_;
    FileDescriptor descriptor_;
};

std::size_t fill(const FileDescriptor& pipe) {
    ::fcntl(pipe.get(), F_SETFL, O_NONBLOCK);
    const std::string page(4096, 'x');
    std::size_t size = 0;
    while (::write(pipe.get(), page.data(), page.size()) > 0)
        size += page.size();
    return size;
}

}  // namespace

TEST_CASE("each end of a local stream learns the user of the other one") {
    const Ends ends = make(os::make_socket_pair);
    uid_t user = ::geteuid() + 1;
    CHECK(os::peer_user(ends.reader.get(), user));
    CHECK(user == ::geteuid());
    const Ends pipe = make(os::make_pipe);
    CHECK_FALSE(os::peer_user(pipe.reader.get(), user));
}

TEST_CASE("no new descriptor is open in a program that is started") {
    const Ends pipe = make(os::make_pipe);
    const Ends sockets = make(os::make_socket_pair);
    for (const FileDescriptor* end : {&pipe.reader, &pipe.writer, &sockets.reader, &sockets.writer})
        CHECK(is_closed_in_programs(*end));
    write(pipe.writer, "along the pipe");
    CHECK(read(pipe.reader) == "along the pipe");
    write(sockets.reader, "there");
    CHECK(read(sockets.writer) == "there");
    write(sockets.writer, "back");
    CHECK(read(sockets.reader) == "back");
}

TEST_CASE("a pipe with a name is told from one of pipe(2), at either end, also when the name is gone") {
    const Ends pipe = make(os::make_pipe);
    CHECK_FALSE(os::is_named_pipe(pipe.reader.get()));
    CHECK_FALSE(os::is_named_pipe(pipe.writer.get()));
    const TemporaryDirectory directory;
    const std::string name = directory.path() + "/pipe";
    REQUIRE(::mkfifo(name.c_str(), 0600) == 0);
    const FileDescriptor reader = open(name, O_RDONLY | O_NONBLOCK);
    const FileDescriptor writer = open(name, O_WRONLY);
    CHECK(os::is_named_pipe(reader.get()));
    CHECK(os::is_named_pipe(writer.get()));
    REQUIRE(::unlink(name.c_str()) == 0);
    CHECK(os::is_named_pipe(writer.get()));
}

TEST_CASE("sockets are made and accepted, and not left to programs") {
    const TemporaryDirectory directory;
    sockaddr_un address{};
    const socklen_t size = os::local_address(directory.path() + "/socket", address);
    const FileDescriptor listener(os::make_socket(AF_UNIX, SOCK_STREAM));
    const FileDescriptor client(os::make_socket(AF_UNIX, SOCK_STREAM));
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    REQUIRE(::bind(listener.get(), generic, size) == 0);
    REQUIRE(::listen(listener.get(), 1) == 0);
    REQUIRE(::connect(client.get(), generic, size) == 0);
    const FileDescriptor server(os::accept(listener.get()));
    REQUIRE(server.is_open());
    for (const FileDescriptor* socket : {&listener, &client, &server})
        CHECK(is_closed_in_programs(*socket));
    CHECK(os::send(client.get(), "hello") == 5);
    CHECK(read(server) == "hello");
    CHECK(os::accept(client.get()) == -1);
}

TEST_CASE("who sends to nobody gets an error, and lives") {
    Ends sockets = make(os::make_socket_pair);
    sockets.reader.close();
    CHECK(os::send(sockets.writer.get(), "x") == -1);
    CHECK(errno == EPIPE);
}

TEST_CASE("the address of a local socket: a path, or a name without a file where there are such names") {
    sockaddr_un address{};
    CHECK(os::local_address("/run/a", address) == offsetof(sockaddr_un, sun_path) + 6);
    CHECK(std::string(address.sun_path) == "/run/a");
    CHECK(address.sun_family == AF_UNIX);
    const socklen_t size = os::local_address("@a", address);
    if (os::has_names_without_file()) {
        CHECK(size == offsetof(sockaddr_un, sun_path) + 2);
        CHECK(std::string_view(address.sun_path, 2) == std::string_view("\0a", 2));
    } else {
        CHECK(size == 0);
        CHECK(errno == EAFNOSUPPORT);
    }
    CHECK(os::local_address("", address) == 0);
    CHECK(os::local_address(std::string(sizeof address.sun_path, 'x'), address) == 0);
    CHECK(errno == ENAMETOOLONG);
}

TEST_CASE("a watch becomes readable when there is something to read, each time") {
    Ends pipe = make(os::make_pipe);
    Watched watch(pipe.reader, Direction::read);
    for (int time = 0; time < 3; ++time) {
        watch.begin();
        CHECK_FALSE(watch.is_ready_within(0));
        write(pipe.writer, "x");
        CHECK(watch.becomes_ready());
        watch.end();
        CHECK(read(pipe.reader) == "x");
    }
    watch.begin();
    pipe.writer.close();
    CHECK(watch.becomes_ready());  // for the end
}

TEST_CASE("a watch becomes readable when there is room to write, and when nobody reads any more") {
    Ends pipe = make(os::make_pipe);
    Watched watch(pipe.writer, Direction::write);
    watch.begin();
    CHECK(watch.becomes_ready());
    watch.end();
    const std::size_t size = fill(pipe.writer);
    watch.begin();
    CHECK_FALSE(watch.is_ready_within(0));
    std::size_t came = 0;
    while (came < size)
        came += read(pipe.reader).size();
    CHECK(watch.becomes_ready());
    watch.end();
    fill(pipe.writer);
    watch.begin();
    pipe.reader.close();
    CHECK(watch.becomes_ready());
}

TEST_CASE("a watch for neither becomes readable when nobody reads any more, and for nothing else") {
    for (const auto make_ends : {os::make_pipe, os::make_socket_pair}) {
        Ends ends = make(make_ends);
        Watched watch(ends.writer, Direction::neither);
        watch.begin();
        CHECK_FALSE(watch.is_ready_within(0));
        write(ends.writer, "x");
        CHECK(read(ends.reader) == "x");
        CHECK_FALSE(watch.is_ready_within(0));
        ends.reader.close();
        CHECK(watch.becomes_ready());
    }
}

TEST_CASE("a wait that is given up costs the next one nothing") {
    const Ends pipe = make(os::make_pipe);
    Watched watch(pipe.reader, Direction::read);
    watch.begin();
    watch.begin();
    write(pipe.writer, "x");
    CHECK(watch.becomes_ready());
    watch.end();
    CHECK(read(pipe.reader) == "x");
    watch.begin();
    CHECK_FALSE(watch.is_ready_within(0));
    write(pipe.writer, "y");
    CHECK(watch.becomes_ready());
}

TEST_CASE("a watch goes while it waits, and moves") {
    const Ends pipe = make(os::make_pipe);
    os::Watch first(pipe.reader.get(), Direction::read);
    const FileDescriptor descriptor(first.descriptor());
    first.begin_wait();
    const os::Watch second = std::move(first);
    CHECK(second.descriptor() == descriptor.get());
}

TEST_CASE("a file that never waits, or none at all, is not watched") {
    const TemporaryDirectory directory;
    const FileDescriptor file = open(directory.path() + "/file", O_RDWR | O_CREAT);
    CHECK_FALSE(os::Watch(file.get(), Direction::read).is_open());
    CHECK(errno == EPERM);
    CHECK_FALSE(os::Watch(-1, Direction::read).is_open());
    CHECK(errno == EBADF);
}

TEST_CASE("a pipe opened again is the same pipe, and waits on its own terms") {
    const Ends pipe = make(os::make_pipe);
    const FileDescriptor own(os::open_again(pipe.reader.get(), O_RDONLY));
    if (own.is_open()) {
        CHECK(is_closed_in_programs(own));
        CHECK((::fcntl(own.get(), F_GETFL) & O_NONBLOCK) != 0);
        CHECK((::fcntl(pipe.reader.get(), F_GETFL) & O_NONBLOCK) == 0);
        write(pipe.writer, "x");
        CHECK(read(own) == "x");
    } else {
        CHECK(errno == ENOTSUP);
    }
    const TemporaryDirectory directory;
    CHECK(os::open_again(open(directory.path() + "/file", O_RDWR | O_CREAT).get(), O_RDONLY) == -1);
}

TEST_CASE("a file that was opened to write can be read") {
    const TemporaryDirectory directory;
    const FileDescriptor output = open(directory.path() + "/file", O_WRONLY | O_CREAT | O_APPEND);
    write(output, "so far");
    const FileDescriptor input(os::open_to_read(output.get()));
    REQUIRE(input.is_open());
    CHECK(is_closed_in_programs(input));
    CHECK(read(input) == "so far");
    CHECK(os::open_to_read(-1) == -1);
}

TEST_CASE("a file is synchronized; what is none is not") {
    const TemporaryDirectory directory;
    CHECK(os::sync_data(open(directory.path() + "/file", O_RDWR | O_CREAT).get()));
    CHECK_FALSE(os::sync_data(make(os::make_pipe).writer.get()));
}

TEST_CASE("names are synchronized where there is a directory; elsewhere nothing happens") {
    const TemporaryDirectory directory;
    const FileDescriptor file = open(directory.path() + "/file", O_RDWR | O_CREAT);
    os::sync_names(directory.path());
    os::sync_names(directory.path() + "/missing");
    os::sync_name_of(file.get());
    REQUIRE(::unlink((directory.path() + "/file").c_str()) == 0);
    os::sync_name_of(file.get());
    os::sync_name_of(make(os::make_pipe).writer.get());
    os::sync_name_of(-1);
}

TEST_CASE("room for a file is taken from the disk, and what is in it stays") {
    const TemporaryDirectory directory;
    const FileDescriptor file = open(directory.path() + "/file", O_RDWR | O_CREAT);
    write(file, "content");
    constexpr off_t size = 200'000;
    REQUIRE(os::reserve(file.get(), size));
    struct stat status {};
    REQUIRE(::fstat(file.get(), &status) == 0);
    CHECK(status.st_size == size);
    CHECK(status.st_blocks * 512 >= size);
    CHECK(os::reserve(file.get(), 5));
    ::lseek(file.get(), 0, SEEK_SET);
    CHECK(read(file).substr(0, 8) == std::string("content\0", 8));
    REQUIRE(::fstat(file.get(), &status) == 0);
    CHECK(status.st_size == size);
}

TEST_CASE("where there is no room, the file is as it was") {
    const TemporaryDirectory directory;
    const FileDescriptor file = open(directory.path() + "/file", O_RDWR | O_CREAT);
    write(file, "content");
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit tight{.rlim_cur = 100'000, .rlim_max = before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
    const bool reserved = os::reserve(file.get(), 200'000);
    const int error = errno;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK_FALSE(reserved);
    CHECK(error == EFBIG);
    struct stat status {};
    REQUIRE(::fstat(file.get(), &status) == 0);
    CHECK(status.st_size == 7);
    CHECK_FALSE(os::reserve(make(os::make_pipe).writer.get(), 10));
}

TEST_CASE("the time of a modification is exact, also where its field has the name of macOS") {
    const TemporaryDirectory directory;
    const FileDescriptor file = open(directory.path() + "/file", O_RDWR | O_CREAT);
    const timespec times[2]{{.tv_sec = 1, .tv_nsec = 2}, {.tv_sec = 3, .tv_nsec = 4'000}};
    REQUIRE(::futimens(file.get(), times) == 0);
    struct stat status {};
    REQUIRE(::fstat(file.get(), &status) == 0);
    CHECK(os::modified(status) == std::chrono::nanoseconds(3'000'004'000));
    const struct { timespec st_mtimespec; } other{{.tv_sec = 5, .tv_nsec = 6}};
    CHECK(os::modified(other) == std::chrono::nanoseconds(5'000'000'006));
}

TEST_CASE("os-release tells the system and its version") {
    const os::Release debian = os::parse_release("PRETTY_NAME=\"Debian\"\nVERSION_ID=\"13\"\nID=debian\n");
    CHECK(debian.id == "debian");
    CHECK(debian.like.empty());
    CHECK(debian.version == 13);
    const os::Release rocky = os::parse_release("ID_LIKE='rhel centos fedora'\nVERSION_ID=9.4\nID=\"rocky\"");
    CHECK(rocky.id == "rocky");
    CHECK(rocky.like == "rhel centos fedora");
    CHECK(rocky.version == 9);
    CHECK(os::parse_release("").id.empty());
    CHECK(os::parse_release("ID").version == 0);
    static_cast<void>(os::release());
}

TEST_CASE("a program that is started gets what stands in the environment") {
    ::setenv("MQTTS_OS_TEST", "here", 1);
    bool found = false;
    for (char** entry = os::environment(); *entry != nullptr; ++entry)
        found |= std::string_view(*entry) == "MQTTS_OS_TEST=here";
    CHECK(found);
    ::unsetenv("MQTTS_OS_TEST");
}
