// SPDX-License-Identifier: Apache-2.0
// One run of a command: sh -c COMMAND, the payload as its standard input.
//
//     payload ──pipe──► command ──pipe──► the output that waits in the job, or the reply
//                          │
//                          └──pipe──► our standard error, and the last line of it
//
// There are only the pipes that are needed: an output that nobody must hold back goes straight to our standard output.
// A command that ends before its time (it does not read the payload, or has started something that writes on) is not
// waited for longer than it runs itself.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "async/awaitable.hpp"
#include "base/buffer.hpp"
#include "base/error.hpp"
#include "command/children.hpp"
#include "command/environment.hpp"
#include "command/job.hpp"
#include "command/last_line.hpp"
#include "log/log.hpp"
#include "os/open_file.hpp"

namespace mqtts::command {

/// What a run of a command has come to.
struct Outcome {
    Errc error = Errc::ok;
    int status = 0;         // as shells count: 128 + n after signal n, 124: out of time, 126 and 127: not started
    std::string fault;      // "ended with status 3"; empty: it succeeded
    std::string hint;       // what to do about that
    std::string output;     // for the reply
    std::string last_line;  // of standard error, if it was kept
};

class Execution {
public:
    /// The most that a reply can hold: no MQTT packet is larger.
    static constexpr std::size_t most_reply = wire::maximum_remaining_length;

    enum class Output : std::uint8_t { ours, job, reply, nowhere };

    struct Plan {
        std::string_view command;
        Output output = Output::ours;
        bool keeps_last_line = false;  // of standard error
        std::optional<std::chrono::milliseconds> timeout;
    };

    /// The most bytes that one read(2) takes from a command.
    static constexpr std::size_t read_at_once = 64 * 1024;

    /// What all runs share.
    struct Workshop {
        explicit Workshop(const boost::asio::any_io_executor& loop, const Log& diagnostics);

        boost::asio::any_io_executor executor;
        Children children;
        Environment environment;
        async::Notification output_came;  // in some job
        const Log& log;
        Buffer scratch;  // what one read(2) brings
    };

    /// All must outlive it.
    Execution(Workshop& workshop, Job& job, const Plan& plan) : shop_(workshop), job_(job), plan_(plan) {}

    /// Runs the command to its end. Fails only when cancelled; the command runs on then.
    Awaitable<Result<>> run();

    /// Precondition: run() succeeded.
    [[nodiscard]] Outcome& outcome() noexcept { return outcome_; }

private:
    using Stream = boost::asio::posix::stream_descriptor;

    [[nodiscard]] int start();
    [[nodiscard]] int spawn(int input, int output, int error);
    Awaitable<Result<>> follow();
    Awaitable<Result<>> wait_for_end();
    Awaitable<Result<>> feed();
    Awaitable<Result<>> read_output();
    Awaitable<Result<>> read_error();
    Awaitable<Result<>> take_rest();
    [[nodiscard]] std::size_t take_output(std::size_t most);
    [[nodiscard]] std::size_t take_error(std::size_t most);
    [[nodiscard]] std::string_view read_from(Stream& pipe, std::size_t most);
    [[nodiscard]] bool job_is_full() const noexcept;
    void judge();
    void tell_start() const;
    void tell_end() const;
    [[nodiscard]] std::string members() const;

    Workshop& shop_;
    Job& job_;
    Plan plan_;
    Outcome outcome_;
    std::optional<Children::Child> child_;
    std::optional<Stream> input_;
    std::optional<Stream> output_;
    std::optional<Stream> error_;
    std::optional<os::OpenFile> output_end_;  // what the command writes to: see start()
    std::optional<os::OpenFile> error_end_;
    std::string_view unwritten_;  // of the payload
    LastLine last_line_;
    std::chrono::steady_clock::time_point started_;
    bool timed_out_ = false;
    bool too_much_ = false;
};

}  // namespace mqtts::command
