// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <csignal>

#include "stream/output.hpp"
#include "stream_files.hpp"

using namespace mqtts;
using namespace mqtts::test;
using stream::Output;

namespace {

struct OutputLoop {
    boost::asio::io_context io{1};

    Output standard_output(const OpenFile& file) {
        std::signal(SIGPIPE, SIG_IGN);  // as the programs do
        const Replaced replaced(STDOUT_FILENO, file.get());
        auto output = Output::open_stdout(io.get_executor());
        REQUIRE(output.has_value());
        return std::move(*output);
    }
    Result<> flush(Output& output) {
        Started<Result<>> flushing(io, output.flush());
        return flushing.wait();
    }
    /// The reader's side of a flush that is running. Where there is nothing to read it is the loop's turn.
    std::string read(std::size_t size, const OpenFile& reader) {
        std::string received;
        while (received.size() < size) {
            io.restart();
            while (!is_readable(reader) && io.run_one() != 0) {
            }
            received += read_some(reader);
        }
        return received;
    }
};

std::string lines(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += "line " + std::to_string(i) + "\n";
    return text;
}

/// Writes more than fits to a reader that is slow.
void check_waiting_output(const OpenFile& shared, const OpenFile& reader) {
    OutputLoop loop;
    Output output = loop.standard_output(shared);
    const std::string text = lines(100'000);
    output.pending().buffer().append(text);
    Started<Result<>> flushing(loop.io, output.flush());
    CHECK_FALSE(flushing.is_complete());
    CHECK_FALSE(is_non_blocking(shared));
    CHECK(loop.read(text.size(), reader) == text);
    CHECK(flushing.wait().has_value());
    CHECK(output.pending().empty());
    CHECK_FALSE(is_non_blocking(shared));
    CHECK_FALSE(output.broken_pipe());
}

std::string contents(const std::string& path) {
    const OpenFile file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    return read_some(file);
}

}  // namespace

TEST_CASE("output to a pipe waits for the reader and leaves the shared description blocking") {
    const Ends pipe = make_pipe();
    check_waiting_output(pipe.writer, pipe.reader);
}

TEST_CASE("output to a socket") {
    const Ends sockets = make_sockets();
    check_waiting_output(sockets.writer, sockets.reader);
}

TEST_CASE("output to a terminal") {
    const Terminal pty;
    check_waiting_output(pty.terminal, pty.controlling);
    OutputLoop loop;
    CHECK(loop.standard_output(pty.terminal).is_terminal());
    CHECK_FALSE(loop.standard_output(make_pipe().writer).is_terminal());
}

TEST_CASE("output is awaited at a terminal, and by whoever has emptied a pipe; nobody waits for a file") {
    const Ends pipe = make_pipe();
    OutputLoop loop;
    Output to_pipe = loop.standard_output(pipe.writer);
    CHECK(to_pipe.is_awaited());
    to_pipe.pending().buffer().append("one\n");
    CHECK(loop.flush(to_pipe).has_value());
    CHECK_FALSE(to_pipe.is_awaited());
    CHECK(read_some(pipe.reader) == "one\n");
    CHECK(to_pipe.is_awaited());

    const Terminal pty;
    CHECK(loop.standard_output(pty.terminal).is_awaited());
    const TemporaryDirectory directory;
    const OpenFile file{::open(directory.file().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
    CHECK_FALSE(loop.standard_output(file).is_awaited());
}

TEST_CASE("output to a regular file goes behind what is there") {
    const TemporaryDirectory directory;
    const OpenFile file{::open(directory.file().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
    write_all(file, "before\n");
    OutputLoop loop;
    Output output = loop.standard_output(file);
    output.pending().buffer().append("one\n");
    CHECK(loop.flush(output).has_value());
    output.pending().buffer().append("two\n");
    CHECK(loop.flush(output).has_value());
    write_all(file, "after\n");
    CHECK(contents(directory.file()) == "before\none\ntwo\nafter\n");
    CHECK_FALSE(is_non_blocking(file));
}

TEST_CASE("output to /dev/null; nothing pending is no write") {
    const OpenFile null{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    OutputLoop loop;
    Output output = loop.standard_output(null);
    CHECK(loop.flush(output).has_value());
    output.pending().buffer().append(lines(1000));
    CHECK(loop.flush(output).has_value());
    CHECK(output.pending().empty());
}

TEST_CASE("a full disk is an error with its reason, and stays one") {
    const OpenFile full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
    OutputLoop loop;
    Output output = loop.standard_output(full);
    output.pending().buffer().append("lost\n");
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto result = loop.flush(output);
        REQUIRE(result.has_error());
        CHECK(result.error().code == Errc::output_failed);
        CHECK(result.error().cause == "cannot write to standard output: no space left on device");
        CHECK_FALSE(output.broken_pipe());
    }
}

TEST_CASE("a reader that left is told from a full disk") {
    for (const auto make_ends : {make_pipe, make_sockets}) {
        Ends ends = make_ends();
        OutputLoop loop;
        Output output = loop.standard_output(ends.writer);
        { const OpenFile closed = std::move(ends.reader); }
        output.pending().buffer().append("unread\n");
        const auto result = loop.flush(output);
        REQUIRE(result.has_error());
        CHECK(result.error().cause == "cannot write to standard output: broken pipe");
        CHECK(output.broken_pipe());
    }
}

TEST_CASE("a reader that leaves while output waits for it ends the wait") {
    Ends pipe = make_pipe();
    OutputLoop loop;
    Output output = loop.standard_output(pipe.writer);
    output.pending().buffer().append(lines(100'000));
    Started<Result<>> flushing(loop.io, output.flush());
    CHECK_FALSE(flushing.is_complete());
    { const OpenFile closed = std::move(pipe.reader); }
    CHECK(flushing.wait().has_error());
    CHECK(output.broken_pipe());
}

TEST_CASE("that the reader leaves is noticed without a write, and nothing is written after it") {
    for (const auto make_ends : {make_pipe, make_sockets}) {
        Ends ends = make_ends();
        OutputLoop loop;
        Output output = loop.standard_output(ends.writer);
        Started<Result<>> watching(loop.io, output.reader_gone());
        output.pending().buffer().append("one\n");
        CHECK(loop.flush(output).has_value());
        CHECK(read_some(ends.reader) == "one\n");
        CHECK_FALSE(watching.is_complete());
        CHECK_FALSE(output.broken_pipe());
        { const OpenFile closed = std::move(ends.reader); }
        const auto gone = watching.wait();
        REQUIRE(gone.has_error());
        CHECK(gone.error().code == Errc::output_failed);
        CHECK(gone.error().cause == "cannot write to standard output: broken pipe");
        CHECK(output.broken_pipe());
        output.pending().buffer().append("two\n");
        CHECK(loop.flush(output).has_error());
    }
}

TEST_CASE("files, terminals and named pipes have no reader that could leave for good") {
    const TemporaryDirectory directory;
    const OpenFile file{::open(directory.file().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
    OutputLoop loop;
    Output to_file = loop.standard_output(file);
    CHECK_FALSE(Started<Result<>>(loop.io, to_file.reader_gone()).is_complete());
    std::optional<Terminal> pty(std::in_place);
    const OpenFile terminal = std::move(pty->terminal);
    Output to_terminal = loop.standard_output(terminal);
    Started<Result<>> watching(loop.io, to_terminal.reader_gone());
    pty.reset();
    CHECK_FALSE(watching.is_complete());
    const std::string name = directory.path() + "/pipe";
    REQUIRE(::mkfifo(name.c_str(), 0600) == 0);
    OpenFile reader{::open(name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    const OpenFile writer{::open(name.c_str(), O_WRONLY | O_CLOEXEC)};
    Output to_pipe = loop.standard_output(writer);
    Started<Result<>> watching_pipe(loop.io, to_pipe.reader_gone());
    reader.close();
    CHECK_FALSE(watching_pipe.is_complete());
}

TEST_CASE("a flush that is cancelled leaves what is unwritten to the next one") {
    const Ends pipe = make_pipe();
    OutputLoop loop;
    Output output = loop.standard_output(pipe.writer);
    const std::string text = lines(100'000);
    output.pending().buffer().append(text);
    boost::asio::cancellation_signal cancel;
    std::optional<Result<>> cancelled;
    boost::asio::co_spawn(
        loop.io, output.flush(),
        boost::asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr exception, Result<> result) {
            REQUIRE(exception == nullptr);
            cancelled = std::move(result);
        }));
    loop.io.poll();
    cancel.emit(boost::asio::cancellation_type::terminal);
    loop.io.poll();
    REQUIRE(cancelled.has_value());
    CHECK(cancelled->has_error());

    Started<Result<>> flushing(loop.io, output.flush());
    CHECK(loop.read(text.size(), pipe.reader) == text);
    CHECK(flushing.wait().has_value());
}

TEST_CASE("standard output that is closed, or open for reading only, is an error at once") {
    OutputLoop loop;
    const OpenFile read_only{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    for (const int file : {-1, read_only.get()}) {
        const Replaced replaced(STDOUT_FILENO, file);
        const auto output = Output::open_stdout(loop.io.get_executor());
        REQUIRE(output.has_error());
        CHECK(output.error().code == Errc::output_failed);
        CHECK(output.error().cause == "standard output is closed");
    }
}

TEST_CASE("output without /proc writes in small pieces to the shared description") {
    const TemporaryDirectory empty;
    const Ends pipe = make_pipe();
    const std::string text = lines(100'000);
    const pid_t child = ::fork();
    if (child == 0) {
        constexpr int no_permission = 77;
        if (::chroot(empty.path().c_str()) != 0) ::_exit(no_permission);
        OutputLoop loop;
        Output output = loop.standard_output(pipe.writer);
        output.pending().buffer().append(text);
        ::_exit(loop.flush(output).has_value() ? 0 : 1);
    }
    int status = 0;
    std::string received;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        if (is_non_blocking(pipe.writer)) FAIL("the shared description was changed");
        pollfd request{.fd = pipe.reader.get(), .events = POLLIN, .revents = 0};
        if (::poll(&request, 1, 10) > 0) received += read_some(pipe.reader);
    }
    if (WEXITSTATUS(status) == 77) {
        MESSAGE("skipped: chroot needs root");
        return;
    }
    CHECK(status == 0);
    while (received.size() < text.size())
        received += read_some(pipe.reader);
    CHECK(received == text);
}
