// SPDX-License-Identifier: Apache-2.0
// A Runner with real commands, and what became of some messages.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "command/runner.hpp"
#include "support/captured_log.hpp"
#include "support/loop.hpp"

namespace mqtts::test {

/// Standard output is a file while this lives. What doctest says in this time, it says there: check afterwards.
class CapturedOutput {
public:
    CapturedOutput() {
        std::fflush(stdout);
        REQUIRE(::fcntl(::fileno(file_), F_SETFD, FD_CLOEXEC) == 0);
        REQUIRE(::dup2(::fileno(file_), STDOUT_FILENO) == STDOUT_FILENO);
    }
    CapturedOutput(const CapturedOutput&) = delete;
    CapturedOutput& operator=(const CapturedOutput&) = delete;
    ~CapturedOutput() {
        ::dup2(saved_, STDOUT_FILENO);
        ::close(saved_);
        std::fclose(file_);
    }
    [[nodiscard]] std::string text() const {
        std::string bytes(static_cast<std::size_t>(::lseek(::fileno(file_), 0, SEEK_END)), '\0');
        REQUIRE(::pread(::fileno(file_), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
        return bytes;
    }

private:
    int saved_ = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    std::FILE* file_ = std::tmpfile();
};

/// The end of the replies: the test says what becomes of them.
struct Replies final : command::ReplyOutlet {
    void send(command::Reply reply) override {
        sent.push_back(std::move(reply));
        if (on_sent) on_sent(sent.back().ticket);
    }
    std::vector<command::Reply> sent;
    std::function<void(std::uint64_t ticket)> on_sent;
};

/// A Runner that runs, in a loop of its own.
struct Bench {
    static constexpr std::chrono::seconds linger{60};

    explicit Bench(const command::Settings& settings, const output::PrintSettings& selected = {},
                   Log::Level level = Log::Level::normal)
        : log(level), runner(loop.executor(), settings, selected, open_output(), log.log, &replies) {
        running.emplace(loop, runner.run(linger));
    }
    ~Bench() {
        running.reset();
        Running terminating(loop, runner.terminate());
        static_cast<void>(loop.wait_until([&] { return terminating.ended(); }));
    }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    stream::Output open_output() {
        auto output = stream::Output::open_stdout(loop.executor());
        REQUIRE(output.has_value());
        return std::move(*output);
    }
    output::Wanted deliver(const wire::Publish& message) {
        REQUIRE(loop.wait_until([&] { return running->ended() || runner.has_room(); }));
        return runner.deliver(message);
    }
    [[nodiscard]] bool wait_for_handled(std::uint64_t count) {
        return loop.wait_until([&] { return running->ended() || runner.handled() >= count; });
    }
    [[nodiscard]] bool wait_for_end() {
        return loop.wait_until([&] { return running->ended(); });
    }

    Loop loop;
    CapturedLog log;
    Replies replies;
    command::Runner runner;
    std::optional<Running> running;
};

/// What became of messages.
struct Course {
    std::string output;
    std::string log;
    std::uint64_t handled = 0;
    std::uint64_t failures = 0;
    std::optional<Failure> failure;  // that ended the run
    std::size_t delivered = 0;       // until there were enough
};

/// Delivers the messages and waits until they are handled, or the run ends.
inline Course run(const command::Settings& settings, const std::vector<wire::Publish>& messages,
                  const output::PrintSettings& selected = {}, Log::Level level = Log::Level::normal) {
    const CapturedOutput captured;
    Bench bench(settings, selected, level);
    Course course;
    for (const wire::Publish& message : messages) {
        ++course.delivered;
        if (bench.deliver(message) == output::Wanted::enough) break;
    }
    static_cast<void>(bench.wait_for_handled(course.delivered));
    course.output = captured.text();
    course.log = bench.log.written();
    course.handled = bench.runner.handled();
    course.failures = bench.runner.failures();
    if (bench.running->ended()) course.failure = bench.running->result().error();
    return course;
}

inline command::Settings settings_for(std::string script) {
    return {.rules = {{.command = std::move(script)}}};
}

}  // namespace mqtts::test
