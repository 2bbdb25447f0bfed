// SPDX-License-Identifier: Apache-2.0
// A child process of a test: started, fed, watched, and always reaped.
//
//     Process publisher({.arguments = {"mqtts-pub", "-t", "a", "-l"}, .input = Pipe{}});
//     publisher.write("one\n");
//     publisher.close_input();
//     CHECK(publisher.wait().status == 0);
//
// Standard output and standard error are read at once, however much the child writes and whatever the test waits for.
// A member that waits captures them. Everything that waits has a deadline; past it the child is killed and
// std::runtime_error thrown, with what the child wrote to standard error so far.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "support/file_descriptor.hpp"
#include "support/patience.hpp"
#include "support/pipe.hpp"

namespace mqtts::test {

struct Nothing {};  // end of file at once
struct Text {       // written as fast as the child reads, then end of file
    std::string bytes;
};
struct File {
    std::string path;
};
struct Pipe {};  // fed with write(), until close_input()
using Input = std::variant<Nothing, Text, File, Pipe>;

struct Command {
    std::vector<std::string> arguments;         // the first is the program; a name without '/' is looked up in PATH
    std::vector<std::string> environment = {};  // "NAME=value", on top of ours
    Input input = Nothing{};
    std::string output_file = {};  // where standard output goes; empty: it is captured
    bool output_fills = false;     // standard output is read only while a member waits; the child waits otherwise
};

struct Outcome {
    int status = 0;  // as the shell counts: 128 + n when signal n ended the child
    std::string output;
    std::string error;
};

class Process {
public:
    using Duration = std::chrono::milliseconds;
    static constexpr Duration patience = test::patience;

    explicit Process(Command command);
    Process(Process&&) = delete;
    ~Process();

    [[nodiscard]] pid_t id() const noexcept { return id_; }
    /// Now, in bytes.
    [[nodiscard]] std::size_t resident_memory() const;
    /// The most so far, in bytes.
    [[nodiscard]] std::size_t peak_memory() const;
    [[nodiscard]] const std::string& output() const noexcept { return outcome_.output; }
    [[nodiscard]] const std::string& error() const noexcept { return outcome_.error; }

    /// Returns when the child's pipe took all of it.
    void write(std::string_view bytes);
    /// Writes `chunk` again and again, until the child has not taken anything for `quiet`, or took `limit` bytes.
    /// Returns how many it took.
    std::size_t write_until_blocked(std::string_view chunk, std::size_t limit, Duration quiet);
    void close_input() noexcept;
    /// Closes our end of its standard output: its next write there fails.
    void close_output() noexcept;
    void signal(int number) const;

    /// Wait until the child has written `text`. The end of the child before that is a failure, too.
    void wait_for_output(std::string_view text, Duration limit = patience);
    void wait_for_error(std::string_view text, Duration limit = patience);
    /// The same, until it was written so many times.
    void wait_for_errors(std::string_view text, std::size_t times, Duration limit = patience);
    void wait_for_output_size(std::size_t bytes, Duration limit = patience);
    /// The same, but it is no failure when the time is over, or the child has ended, before that.
    [[nodiscard]] bool writes_output(std::string_view text, Duration limit);
    [[nodiscard]] bool writes_error(std::string_view text, Duration limit);
    /// It has closed its standard output and standard error, as its end does.
    [[nodiscard]] bool has_closed_all() const noexcept { return !output_.is_open() && !error_.is_open(); }
    /// Waits for the end of the child.
    Outcome wait(Duration limit = patience);

private:
    using Condition = std::function<bool()>;

    FileDescriptor prepare_input(Input& input);
    FileDescriptor prepare_output(const Command& command);
    FileDescriptor prepare_error();
    void start(const Command& command, int input, int output, int error);
    bool pump(const Condition& done, Duration limit);
    void pump_or_fail(const Condition& done, Duration limit, const std::string& what);
    void feed();
    static void drain(FileDescriptor& from, std::string& to);
    [[noreturn]] void fail(const std::string& what);
    void kill_and_reap() noexcept;
    void reap() noexcept;

    std::string name_;
    pid_t id_ = -1;
    // Each ends when its descriptor below is closed.
    std::optional<Relay> output_relay_;
    std::optional<Relay> error_relay_;
    FileDescriptor input_;
    FileDescriptor output_;
    FileDescriptor error_;
    std::string pending_;      // to be written to the child
    std::size_t written_ = 0;  // of pending_
    bool close_when_fed_ = false;
    Outcome outcome_;
};

/// Runs a command to its end.
Outcome run(Command command, Process::Duration limit = Process::patience);

}  // namespace mqtts::test
