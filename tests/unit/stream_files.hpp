// SPDX-License-Identifier: Apache-2.0
// Real files for the tests of Input and Output: pipes, terminals, sockets, and a standard descriptor replaced by them.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "os/open_file.hpp"
#include "os/os.hpp"
#include "stream/descriptor.hpp"

namespace mqtts::test {

using os::OpenFile;

struct Ends {
    OpenFile reader;
    OpenFile writer;
};

inline Ends make_pipe() {
    std::array<int, 2> ends{};
    REQUIRE(os::make_pipe(ends));
    return {OpenFile{ends[0]}, OpenFile{ends[1]}};
}

inline Ends make_sockets() {
    std::array<int, 2> ends{};
    REQUIRE(os::make_socket_pair(ends));
    return {OpenFile{ends[0]}, OpenFile{ends[1]}};
}

/// A pseudo terminal that changes no bytes.
struct Terminal {
    OpenFile controlling{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
    OpenFile terminal = open_terminal();

private:
    OpenFile open_terminal() const {
        REQUIRE(::grantpt(controlling.get()) == 0);
        REQUIRE(::unlockpt(controlling.get()) == 0);
        OpenFile opened{::open(::ptsname(controlling.get()), O_RDWR | O_NOCTTY | O_CLOEXEC)};
        termios settings{};
        REQUIRE(::tcgetattr(opened.get(), &settings) == 0);
        ::cfmakeraw(&settings);
        REQUIRE(::tcsetattr(opened.get(), TCSANOW, &settings) == 0);
        return opened;
    }
};

/// A directory that is removed with its files.
class TemporaryDirectory {
public:
    TemporaryDirectory() { REQUIRE(::mkdtemp(path_.data()) != nullptr); }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() {
        ::unlink(file().c_str());
        ::rmdir(path_.c_str());
    }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string file() const { return path_ + "/file"; }

private:
    std::string path_ = "/tmp/mqtts-stream-XXXXXX";
};

/// Puts `file` in the place of a standard descriptor, or closes it for -1, while it lives.
class Replaced {
public:
    Replaced(int standard, int file) : standard_(standard), saved_(::fcntl(standard, F_DUPFD_CLOEXEC, 3)) {
        if (file < 0)
            ::close(standard);
        else
            REQUIRE(::dup2(file, standard) == standard);
    }
    Replaced(const Replaced&) = delete;
    Replaced& operator=(const Replaced&) = delete;
    ~Replaced() { ::dup2(saved_.get(), standard_); }

private:
    int standard_;
    OpenFile saved_;
};

inline bool is_non_blocking(const OpenFile& file) {
    return (::fcntl(file.get(), F_GETFL) & O_NONBLOCK) != 0;
}

inline void write_all(const OpenFile& file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
        REQUIRE(count > 0);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

inline std::string read_some(const OpenFile& file) {
    std::string bytes(65536, '\0');
    const ssize_t count = ::read(file.get(), bytes.data(), bytes.size());
    REQUIRE(count >= 0);
    bytes.resize(static_cast<std::size_t>(count));
    return bytes;
}

inline bool is_readable(const OpenFile& file) {
    pollfd request{.fd = file.get(), .events = POLLIN, .revents = 0};
    return ::poll(&request, 1, 0) > 0;
}

/// A coroutine started in an event loop, to be looked at while it waits.
template <class T>
class Started {
public:
    Started(boost::asio::io_context& io, Awaitable<T> coroutine) : io_(io) {
        boost::asio::co_spawn(io, std::move(coroutine), [this](std::exception_ptr exception, T value) {
            REQUIRE(exception == nullptr);
            result_.emplace(std::move(value));
        });
    }
    Started(const Started&) = delete;
    Started& operator=(const Started&) = delete;

    /// Everything that can be done now is done; is it complete?
    [[nodiscard]] bool is_complete() {
        io_.restart();
        io_.poll();
        return result_.has_value();
    }
    T wait() {
        io_.restart();
        while (!result_ && io_.run_one() != 0) {
        }
        REQUIRE(result_.has_value());
        return std::move(*result_);
    }

private:
    boost::asio::io_context& io_;
    std::optional<T> result_;
};

}  // namespace mqtts::test
