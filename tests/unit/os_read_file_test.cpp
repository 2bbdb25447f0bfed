// SPDX-License-Identifier: Apache-2.0
#include "os/read_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "support/temporary_directory.hpp"

using namespace mqtts;
using namespace mqtts::test;
using Clock = std::chrono::steady_clock;

namespace {

std::string new_pipe(const TemporaryDirectory& directory) {
    const std::string path = directory.path() + "/pipe";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    return path;
}

}  // namespace

TEST_CASE("a file is read as a whole, however long, and behind what is there already") {
    const TemporaryDirectory directory;
    const std::string content(100'000, 'x');
    std::string text = "before";
    CHECK_FALSE(os::read_file(directory.write("file", content), text, {}));
    CHECK(text == "before" + content);
    CHECK(os::read_file(directory.path() + "/missing", text, {}) == std::errc::no_such_file_or_directory);
    CHECK(os::read_file(directory.path(), text, {}) == std::errc::is_a_directory);
    text.clear();
    CHECK_FALSE(os::read_file("/dev/null", text, {}));
    CHECK(text.empty());
}

TEST_CASE("a pipe is waited for until somebody has written and closed it") {
    const TemporaryDirectory directory;
    const std::string path = new_pipe(directory);
    std::thread writer([&] {
        const int pipe = ::open(path.c_str(), O_WRONLY);  // returns when the reader is there
        static_cast<void>(!::write(pipe, "one ", 4));
        static_cast<void>(!::write(pipe, "two", 3));
        ::close(pipe);
    });
    std::string text;
    const std::error_code error = os::read_file(path, text, {});
    writer.join();
    CHECK_FALSE(error);
    CHECK(text == "one two");
}

TEST_CASE("a pipe that nobody opens, writes to or closes is given up at the deadline") {
    const TemporaryDirectory directory;
    const std::string path = new_pipe(directory);
    const auto soon = [] { return Clock::now() + std::chrono::milliseconds(20); };
    std::string text;
    CHECK(os::read_file(path, text, soon()) == std::errc::timed_out);
    const int writer = ::open(path.c_str(), O_RDWR);
    CHECK(os::read_file(path, text, soon()) == std::errc::timed_out);
    CHECK(text.empty());
    REQUIRE(::write(writer, "half", 4) == 4);
    CHECK(os::read_file(path, text, soon()) == std::errc::timed_out);
    CHECK(text == "half");
    CHECK(os::read_file(path, text, Clock::now()) == std::errc::timed_out);
    ::close(writer);
}
