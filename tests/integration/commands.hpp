// SPDX-License-Identifier: Apache-2.0
// What the tests of commands for messages share: commands that tell a file what they did, and wait until the test lets
// them go on.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>

#include "integration/programs.hpp"
#include "support/temporary_directory.hpp"

namespace mqtts::test {

/// Waits for what nobody tells. Throws when it does not come.
template <class Condition>
void wait_until(const std::string& what, Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("waited in vain: " + what);
        ::poll(nullptr, 0, 1);
    }
}

inline std::size_t lines_in(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

/// A file to which commands append what they did, "$DONE" for them.
class Diary {
public:
    explicit Diary(const TemporaryDirectory& directory, const std::string& name = "done")
        : path_(directory.path() + '/' + name) {}

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] std::string text() const { return read_file(path_); }
    [[nodiscard]] std::string variable() const { return "DONE=" + path_; }
    void wait_for_lines(std::size_t count) const {
        wait_until(std::to_string(count) + " lines in " + path_, [&] { return lines_in(text()) >= count; });
    }

private:
    std::string path_;
};

/// A named pipe at which commands wait: each `read x <"$GATE"` ends when the test has opened the gate once more.
class Gate {
public:
    explicit Gate(const TemporaryDirectory& directory, const std::string& name = "gate")
        : path_(directory.path() + '/' + name) {
        if (::mkfifo(path_.c_str(), 0600) != 0) throw std::runtime_error(path_ + ": no fifo");
        end_ = FileDescriptor(::open(path_.c_str(), O_RDWR | O_CLOEXEC));  // it never waits for a reader
    }

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] std::string variable() const { return "GATE=" + path_; }
    void open(std::size_t times = 1) const {
        const std::string lines(times, '\n');
        REQUIRE(::write(end_.get(), lines.data(), lines.size()) == static_cast<ssize_t>(lines.size()));
    }

private:
    std::string path_;
    FileDescriptor end_;
};

/// Publishes each line as a message.
inline void publish_lines(const Mosquitto& broker, const std::string& lines, const Words& options) {
    const Outcome published = run({.arguments = mqtts_pub(broker, with({"-l"}, options)), .input = Text{lines}});
    CAPTURE(published.error);
    REQUIRE(published.status == 0);
}

/// The session that these tests leave and resume.
inline const Words worker{"-c", "-i", "worker", "-t", "jobs", "-q", "1"};

/// Has the broker keep these lines for the worker.
inline void queue_for_worker(Mosquitto& broker, const std::string& lines) {
    make_session(broker, "worker", "jobs", {"-q", "1"});
    publish_lines(broker, lines, {"-t", "jobs", "-q", "1"});
}

}  // namespace mqtts::test
