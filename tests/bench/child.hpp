// SPDX-License-Identifier: Apache-2.0
// The processes that the benchmark measures, and those that help it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "support/file_descriptor.hpp"
#include "support/pipe.hpp"

namespace mqtts::bench {

struct Job {
    std::vector<std::string> arguments;
    std::string input_file = "/dev/null";
    std::string output_file = "/dev/null";
    std::vector<std::string> environment = {};  // "NAME=value", on top of ours
};

/// What a process cost from its start to its end.
struct Usage {
    double cpu = 0;      // user and system, in microseconds
    double wall = 0;     // in microseconds
    double memory = 0;   // peak resident, in MiB; no less than
    double starter = 0;  // what the process held that started it, in MiB
    int status = 0;      // as the shell counts
};

/// A job under way.
struct Running {
    pid_t id = -1;
    std::chrono::steady_clock::time_point start;
    double starter = 0;  // see Usage
};

/// After ten minutes the job is killed, which its status shows.
[[nodiscard]] Running start(const Job& job);
/// Waits for the end. To be called once for each start().
Usage finish(const Running& running);
/// Runs a job from its start to its end.
inline Usage measure(const Job& job) {
    return finish(start(job));
}

/// A process with pipes to its standard input and from its standard output. Ends with its object.
class Child {
public:
    enum class Output {
        kept,   // read at once, whether or not anybody asks for it: the process never waits
        direct  // read when somebody asks: no thread in between that would count as the process's time
    };
    explicit Child(const std::vector<std::string>& arguments, Output output = Output::kept);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    void write(std::string_view bytes) const;
    void close_input() noexcept { input_.close(); }
    /// The next byte of its standard output. Throws at the end, or when none comes within ten minutes.
    [[nodiscard]] char read_byte() const;
    [[nodiscard]] std::string read_line() const;
    /// What it has cost so far, in microseconds.
    [[nodiscard]] double cpu() const;

private:
    pid_t id_ = -1;
    std::optional<test::Relay> output_relay_;  // ends when output_ is closed
    test::FileDescriptor input_;
    test::FileDescriptor output_;
    mutable std::string read_;       // and not yet asked for
    mutable std::size_t begin_ = 0;  // of that
};

}  // namespace mqtts::bench
