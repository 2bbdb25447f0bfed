// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <boost/asio/post.hpp>

#include "stream_input.hpp"

using namespace mqtts;
using namespace mqtts::test;
using stream::Input;
using Loop = InputLoop;

namespace {

constexpr std::size_t most_at_once = Input::most_at_once;

/// Reads what another end writes, in the state the shared description had before.
void check_waiting_input(Loop& loop, Input& input, const OpenFile& shared, const OpenFile& other_end) {
    Started<Result<bool>> reading(loop.io, input.read(loop.bytes));
    CHECK_FALSE(reading.is_complete());
    CHECK_FALSE(is_non_blocking(shared));
    write_all(other_end, "hello");
    CHECK(reading.wait().value());
    CHECK(loop.taken() == "hello");

    write_all(other_end, std::string_view("\0again", 6));
    CHECK(loop.read(input) == std::string("\0again", 6));
    CHECK_FALSE(is_non_blocking(shared));
}

}  // namespace

TEST_CASE("input from a pipe waits, ends, and leaves the shared description blocking") {
    Loop loop;
    std::optional<Ends> pipe = make_pipe();
    Input input = loop.standard_input(pipe->reader);
    check_waiting_input(loop, input, pipe->reader, pipe->writer);
    const OpenFile reader = std::move(pipe->reader);
    pipe.reset();
    CHECK(loop.read(input) == "(end)");
    CHECK_FALSE(is_non_blocking(reader));
}

TEST_CASE("input from a terminal") {
    Loop loop;
    const Terminal pty;
    Input input = loop.standard_input(pty.terminal);
    check_waiting_input(loop, input, pty.terminal, pty.controlling);
}

TEST_CASE("a terminal is one by whatever name it is opened; a pipe is none") {
    Loop loop;
    const Terminal pty;
    const Ends pipe = make_pipe();
    CHECK(loop.standard_input(pty.terminal).is_terminal());
    CHECK_FALSE(loop.standard_input(pipe.reader).is_terminal());
    const Replaced replaced(STDIN_FILENO, pty.terminal.get());
    for (const std::string& name : {std::string("-"), std::string("/dev/stdin"), std::string(::ttyname(STDIN_FILENO))})
        CHECK(loop.open(name).is_terminal());
}

TEST_CASE("input from the controlling side of a pseudo terminal, which cannot be opened again") {
    Loop loop;
    const Terminal pty;
    Input input = loop.standard_input(pty.controlling);
    check_waiting_input(loop, input, pty.controlling, pty.terminal);
}

TEST_CASE("input from a socket") {
    Loop loop;
    std::optional<Ends> sockets = make_sockets();
    Input input = loop.standard_input(sockets->reader);
    check_waiting_input(loop, input, sockets->reader, sockets->writer);
    sockets.reset();
    CHECK(loop.read(input) == "(end)");
}

TEST_CASE("input from a regular file continues where the shell stands, so much at a time") {
    Loop loop;
    const TemporaryDirectory directory;
    const OpenFile file{::open(directory.file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    const std::string text = "skipped" + std::string(most_at_once + 1'000, 'x');
    write_all(file, text);
    ::lseek(file.get(), 7, SEEK_SET);

    Input input = loop.standard_input(file);
    CHECK(loop.read(input) == std::string(most_at_once, 'x'));
    CHECK(loop.read(input) == std::string(1'000, 'x'));
    CHECK(loop.read(input) == "(end)");
    CHECK_FALSE(is_non_blocking(file));

    Input by_name = loop.open(directory.file());
    CHECK(loop.read(by_name).substr(0, 8) == "skippedx");
}

TEST_CASE("a large file is a source: read from where it stands, whenever and in whatever pieces it is wanted") {
    Loop loop;
    const TemporaryDirectory directory;
    const OpenFile file{::open(directory.file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    std::string text;
    for (int i = 0; text.size() < most_at_once + 1; ++i)
        text += std::to_string(i) + ' ';
    write_all(file, "skipped" + text);
    ::lseek(file.get(), 7, SEEK_SET);
    Input input = loop.standard_input(file);
    const auto source = input.source();
    REQUIRE(source);
    REQUIRE(source->size() == text.size());
    const auto read = [&](std::size_t offset, std::size_t size) {
        std::string bytes(size, '\0');
        const Result<> done = source->read(offset, bytes);
        return done ? bytes : done.error().cause;
    };
    CHECK((read(0, text.size()) == text));
    CHECK(::lseek(file.get(), 0, SEEK_CUR) == 7 + static_cast<off_t>(text.size()));  // the shell goes on behind it
    CHECK(read(0, 10) == text.substr(0, 10));
    CHECK(read(10, 10) == text.substr(10, 10));
    CHECK(read(1000, 10) == text.substr(1000, 10));

    const timespec times[2]{};
    REQUIRE(::futimens(file.get(), times) == 0);
    CHECK(read(2000, 10) == "standard input changed while it was being sent");
}

TEST_CASE("a large file that becomes shorter while it is read is a failure") {
    Loop loop;
    const TemporaryDirectory directory;
    const OpenFile file{::open(directory.file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    write_all(file, std::string(2 * most_at_once, 'x'));
    Input input = loop.open(directory.file());
    const auto source = input.source();
    REQUIRE(source);
    std::string bytes(most_at_once, '\0');
    CHECK(source->read(0, bytes).has_value());
    REQUIRE(::ftruncate(file.get(), most_at_once + 10) == 0);
    const Result<> read = source->read(most_at_once, bytes);
    REQUIRE(read.has_error());
    CHECK(read.error().code == Errc::input_failed);
    CHECK(read.error().cause == directory.file() + " changed while it was being sent");
}

TEST_CASE("what is small, or no file, is no source") {
    Loop loop;
    const TemporaryDirectory directory;
    const OpenFile file{::open(directory.file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    write_all(file, std::string(most_at_once, 'x'));
    CHECK_FALSE(loop.open(directory.file()).source());
    CHECK_FALSE(loop.open("/dev/zero").source());
    const Ends pipe = make_pipe();
    CHECK_FALSE(loop.standard_input(pipe.reader).source());
}

TEST_CASE("each read passes through the event loop, also where data is always there") {
    Loop loop;
    Input input = loop.open("/dev/zero");
    bool others_ran = false;
    Started<Result<bool>> reading(loop.io, input.read(loop.bytes));
    boost::asio::post(loop.io, [&] { others_ran = true; });
    CHECK(reading.wait().value());
    CHECK(others_ran);
    CHECK(loop.bytes.size() == most_at_once);
}

TEST_CASE("input from /dev/null ends at once") {
    Loop loop;
    Input input = loop.open("/dev/null");
    CHECK(loop.read(input) == "(end)");
    const OpenFile null{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    Input standard = loop.standard_input(null);
    CHECK(loop.read(standard) == "(end)");
}

TEST_CASE("a named pipe waits for its first writer and ends with the last") {
    Loop loop;
    const TemporaryDirectory directory;
    REQUIRE(::mkfifo(directory.file().c_str(), 0600) == 0);
    Input input = loop.open(directory.file());
    Started<Result<bool>> reading(loop.io, input.read(loop.bytes));
    CHECK_FALSE(reading.is_complete());
    {
        const OpenFile writer{::open(directory.file().c_str(), O_WRONLY | O_CLOEXEC)};
        CHECK_FALSE(reading.is_complete());
        write_all(writer, "hello");
    }
    CHECK(reading.wait().value());
    CHECK(loop.taken() == "hello");
    CHECK(loop.read(input) == "(end)");
}

TEST_CASE("/dev/stdin and - are standard input, whatever it is") {
    for (const std::string path : {"/dev/stdin", "-"}) {
        Loop loop;
        const Ends sockets = make_sockets();
        write_all(sockets.writer, "hello");
        const Replaced replaced(STDIN_FILENO, sockets.reader.get());
        Input input = loop.open(path);
        CHECK(loop.read(input) == "hello");
    }
}

TEST_CASE("input that cannot be opened is named with the reason") {
    Loop loop;
    CHECK(loop.failure("/nonexistent/a") == "cannot open /nonexistent/a: no such file or directory");
    CHECK(loop.failure("/") == "cannot open /: is a directory");
    CHECK(loop.failure("") == "cannot open : no such file or directory");
}

TEST_CASE("standard input that is closed, or open for writing only, is an error at once") {
    Loop loop;
    const OpenFile write_only{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    for (const int file : {-1, write_only.get()}) {
        const Replaced replaced(STDIN_FILENO, file);
        CHECK(loop.failure("-") == "standard input is closed");
    }
}
