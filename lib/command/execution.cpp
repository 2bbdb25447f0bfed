// SPDX-License-Identifier: Apache-2.0
#include "command/execution.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <utility>
#include <vector>

#include "async/race.hpp"
#include "json/writer.hpp"
#include "os/child_process.hpp"
#include "os/exit_status.hpp"
#include "os/os.hpp"
#include "os/spawn.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"

namespace mqtts::command {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int status_of_timeout = 124;  // as timeout(1) has it

struct Pipe {
    os::OpenFile reader{-1};
    os::OpenFile writer{-1};
};

/// Returns a pipe that is not open, with errno, when the system has no more.
Pipe open_pipe() {
    std::array<int, 2> ends{-1, -1};
    if (!os::make_pipe(ends)) return {};
    return {os::OpenFile{ends[0]}, os::OpenFile{ends[1]}};
}

/// Writes what the pipe takes now. Returns how much that was, or everything when nobody reads it any more.
std::size_t write_now(int pipe, std::string_view bytes) {
    std::size_t written = 0;
    while (written < bytes.size()) {
        const ssize_t count = ::write(pipe, bytes.data() + written, bytes.size() - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno == EAGAIN ? written : bytes.size();
        written += static_cast<std::size_t>(count);
    }
    return written;
}

Awaitable<bool> is_ready(asio::posix::stream_descriptor& stream, asio::posix::stream_descriptor::wait_type what) {
    const auto [error] = co_await stream.async_wait(what, asio::as_tuple(asio::use_awaitable));
    co_return !error;
}

std::string reason_of(int error) {
    return error == E2BIG ? "the properties of the message do not fit into its environment" : os::system_reason(error);
}

/// Says what the shell means by its own statuses, and names the program, unless the command begins with something else.
std::string meaning(int status, std::string_view command) {
    if (status != 126 && status != 127) return {};
    const std::string program = os::quoted_program({std::string(command)});
    return fmt::format(" ({}{})", status == 127 ? "program not found" : "program cannot be run",
                       program.find('=') == program.npos ? ": " + program : "");
}

/// Returns how many bytes wait in a pipe.
std::size_t unread(asio::posix::stream_descriptor& pipe) {
    int count = 0;
    return ::ioctl(pipe.native_handle(), FIONREAD, &count) == 0 ? static_cast<std::size_t>(count) : 0;
}

}  // namespace

Execution::Workshop::Workshop(const asio::any_io_executor& loop, const Log& diagnostics)
    : executor(loop), children(loop), environment(os::environment()), output_came(loop), log(diagnostics) {}

Awaitable<Result<>> Execution::run() {
    started_ = Clock::now();
    if (const int error = start(); error != 0) {
        outcome_.status = os::status_of_spawn_error(error);
        outcome_.fault = "cannot be started: " + reason_of(error);
        if (error == E2BIG) outcome_.hint = "send smaller properties";
        outcome_.error = command_failed_with(outcome_.status);
        co_return Result<>();
    }
    tell_start();
    if (Result<> ended = co_await follow(); !ended) co_return ended;
    input_.reset();
    if (Result<> taken = co_await take_rest(); !taken) co_return taken;
    judge();
    tell_end();
    co_return Result<>();
}

/// Writes the payload before there is a reader, as far as the pipe takes it: most commands need no more. Keeps the ends
/// that the command writes to: their closing would wake us a moment before the command ends, and twice costs more.
int Execution::start() {
    Pipe input = open_pipe();
    if (!input.writer.is_open()) return errno;
    unwritten_ = job_.payload;
    if (unwritten_.size() > PIPE_BUF) ::fcntl(input.writer.get(), F_SETFL, O_NONBLOCK);
    unwritten_.remove_prefix(write_now(input.writer.get(), unwritten_));

    const bool captures = plan_.output == Output::job || plan_.output == Output::reply;
    Pipe output = captures ? open_pipe() : Pipe{};
    if (captures && !output.writer.is_open()) return errno;
    const os::OpenFile nowhere{plan_.output == Output::nowhere ? ::open("/dev/null", O_WRONLY | O_CLOEXEC) : -1};
    if (plan_.output == Output::nowhere && !nowhere.is_open()) return errno;
    Pipe error = plan_.keeps_last_line ? open_pipe() : Pipe{};
    if (plan_.keeps_last_line && !error.writer.is_open()) return errno;

    const int standard_output = captures ? output.writer.get() : nowhere.is_open() ? nowhere.get() : STDOUT_FILENO;
    const int standard_error = plan_.keeps_last_line ? error.writer.get() : STDERR_FILENO;
    if (const int failed = spawn(input.reader.get(), standard_output, standard_error); failed != 0) return failed;
    if (!unwritten_.empty()) input_.emplace(shop_.executor, input.writer.release());
    if (captures) {
        output_.emplace(shop_.executor, output.reader.release());
        output_end_.emplace(std::move(output.writer));
    }
    if (plan_.keeps_last_line) {
        error_.emplace(shop_.executor, error.reader.release());
        error_end_.emplace(std::move(error.writer));
    }
    return 0;
}

int Execution::spawn(int input, int output, int error) {
    std::string shell = "/bin/sh";
    std::string flag = "-c";
    std::string command(plan_.command);
    const std::array<char*, 4> arguments = {shell.data(), flag.data(), command.data(), nullptr};
    pid_t id = 0;
    const int failed = os::spawn(id, arguments.data(),
                                 {.standard_input = input,
                                  .standard_output = output,
                                  .standard_error = error,
                                  .environment = shop_.environment.of(job_.message()),
                                  .own_group = true,
                                  .only_standard = true});
    if (failed == 0) child_.emplace(shop_.children, id);
    return failed;
}

Awaitable<Result<>> Execution::follow() {
    if (!input_ && !output_ && !error_) co_return co_await wait_for_end();
    std::vector<Awaitable<Result<>>> branches;
    branches.push_back(wait_for_end());
    if (input_) branches.push_back(feed());
    if (output_) branches.push_back(read_output());
    if (error_) branches.push_back(read_error());
    co_return (co_await async::race(std::move(branches))).result;
}

Awaitable<Result<>> Execution::wait_for_end() {
    if (!plan_.timeout) co_return co_await child_->wait();
    const auto [winner, ended] = co_await async::race(child_->wait(), async::until(started_ + *plan_.timeout));
    if (!ended) co_return ended;
    if (child_->status()) co_return Result<>();
    timed_out_ = true;
    co_await shop_.children.end(child_->id());
    co_return child_->status() ? Result<>() : Result<>(async::cancelled());
}

Awaitable<Result<>> Execution::feed() {
    while (!unwritten_.empty()) {
        const bool writable = co_await is_ready(*input_, Stream::wait_write);
        if (!writable) co_return async::cancelled();
        unwritten_.remove_prefix(write_now(input_->native_handle(), unwritten_));
    }
    input_.reset();  // the end of the payload
    co_return co_await async::until();
}

bool Execution::job_is_full() const noexcept {
    return plan_.output == Output::job && job_.output.size() >= Job::most_output;
}

Awaitable<Result<>> Execution::read_output() {
    while (output_) {
        if (job_is_full()) {
            if (Result<> taken = co_await job_.output_taken.wait(); !taken) co_return taken;
            continue;
        }
        const bool readable = co_await is_ready(*output_, Stream::wait_read);
        if (!readable) co_return async::cancelled();
        if (take_output(read_at_once) == 0) output_.reset();  // closed
    }
    co_return co_await async::until();
}

Awaitable<Result<>> Execution::read_error() {
    for (bool open = true; open;) {
        const bool readable = co_await is_ready(*error_, Stream::wait_read);
        if (!readable) co_return async::cancelled();
        open = take_error(read_at_once) != 0;
    }
    co_return co_await async::until();
}

/// Takes what the command has left in its pipes. What else writes to them is not the command.
Awaitable<Result<>> Execution::take_rest() {
    for (std::size_t rest = error_ ? unread(*error_) : 0; rest != 0;) {
        const std::size_t count = take_error(rest);
        if (count == 0) break;
        rest -= count;
    }
    for (std::size_t rest = output_ ? unread(*output_) : 0; rest != 0 && output_;) {
        if (job_is_full()) {
            if (Result<> taken = co_await job_.output_taken.wait(); !taken) co_return taken;
            continue;
        }
        const std::size_t count = take_output(rest);
        if (count == 0) break;
        rest -= count;
    }
    co_return Result<>();
}

std::string_view Execution::read_from(Stream& pipe, std::size_t most) {
    char* const to = shop_.scratch.prepare(read_at_once).data();
    ssize_t count = 0;
    do
        count = ::read(pipe.native_handle(), to, std::min(most, read_at_once));
    while (count < 0 && errno == EINTR);
    return {to, count > 0 ? static_cast<std::size_t>(count) : 0};
}

/// Precondition: there is something to read, or the other end is closed; returns nothing then.
std::size_t Execution::take_output(std::size_t most) {
    if (plan_.output == Output::job) most = std::min(most, Job::most_output - job_.output.size());
    const std::string_view bytes = read_from(*output_, most);
    if (bytes.empty()) return 0;
    if (plan_.output == Output::job) {
        job_.output.append(bytes);
        shop_.output_came.notify();
        return bytes.size();
    }
    too_much_ = outcome_.output.size() + bytes.size() > most_reply;
    if (too_much_) {
        outcome_.output = {};
        output_.reset();  // what writes on gets SIGPIPE
    } else {
        outcome_.output.append(bytes);
    }
    return bytes.size();
}

std::size_t Execution::take_error(std::size_t most) {
    const std::string_view bytes = read_from(*error_, most);
    last_line_.append(bytes);
    shop_.log.print(bytes);
    return bytes.size();
}

void Execution::judge() {
    const int ended = *child_->status();
    outcome_.status = timed_out_ ? status_of_timeout : os::exit_status_of(ended);
    outcome_.last_line = last_line_.text();
    if (timed_out_) {
        const double seconds = std::chrono::duration<double>(*plan_.timeout).count();
        outcome_.fault = fmt::format("did not end within {:g} s", seconds);
        outcome_.hint = "give a longer --exec-timeout if it needs more time";
    } else if (too_much_) {
        outcome_.fault = "wrote more than a reply can hold, 256 MiB";
        outcome_.error = Errc::message_too_large;
        return;
    } else if (WIFSIGNALED(ended)) {
        outcome_.fault = fmt::format("was ended by signal {}", WTERMSIG(ended));
    } else if (outcome_.status != 0) {
        outcome_.fault =
            fmt::format("ended with status {}{}", outcome_.status, meaning(outcome_.status, plan_.command));
    }
    if (!outcome_.fault.empty()) outcome_.error = command_failed_with(outcome_.status);
}

void Execution::tell_start() const {
    if (!shop_.log.debugging()) return;
    shop_.log.debug(fmt::format("started the command for '{}', process {}", escape(job_.topic_name), child_->id()),
                    {.event = "command_started", .members = members()});
}

void Execution::tell_end() const {
    if (!shop_.log.debugging()) return;
    const double seconds = std::chrono::duration<double>(Clock::now() - started_).count();
    shop_.log.debug(
        fmt::format("the command for '{}', process {}, ended with status {} after {:.3f} s", escape(job_.topic_name),
                    child_->id(), outcome_.status, seconds),
        {.event = "command_ended",
         .members = fmt::format("{},\"status\":{},\"duration\":{:.6f}", members(), outcome_.status, seconds)});
}

/// Returns what machines get to know about each command.
std::string Execution::members() const {
    Buffer text;
    json::Writer json(text, {});
    json.text_member("topic", escape(job_.topic_name));
    json.number_member("pid", static_cast<std::uint64_t>(child_->id()));
    return std::string(text.readable());
}

}  // namespace mqtts::command
