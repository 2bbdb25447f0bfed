// SPDX-License-Identifier: Apache-2.0
// Runs commands for received messages: --exec, --on, --reply.
//
//     deliver() ──► queue ──► a worker: the commands of the message ──► its output is written ──► handled()
//                                  │                                      its reply is acknowledged
//                                  └► failed: the end, or a warning, or once more
//
// A message is handled when all its commands have succeeded, their output is written, and their replies are
// acknowledged. Messages are handled in the order of their delivery: one that is done early waits, but does not keep
// other commands from running.
//
// The end, for which the caller has three calls while run() runs:
//
//     drain()      no further command starts; what is queued stays unhandled
//     terminate()  does the same, and ends those that run
//     finish()     lets those that run have some time before that
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "async/awaitable.hpp"
#include "async/notification.hpp"
#include "base/error.hpp"
#include "command/execution.hpp"
#include "command/job.hpp"
#include "command/reply.hpp"
#include "command/settings.hpp"
#include "command/window.hpp"
#include "log/log.hpp"
#include "output/message_sink.hpp"
#include "output/print_settings.hpp"
#include "output/selection.hpp"
#include "stream/output.hpp"

namespace mqtts::command {

class Runner final : public output::MessageSink {
public:
    using Clock = std::chrono::steady_clock;

    /// All must outlive it. `selected`: which messages count (-C, -R, -T, --until …). `replies`: only with
    /// Settings::reply.
    Runner(const boost::asio::any_io_executor& executor, const Settings& settings,
           const output::PrintSettings& selected, stream::Output output, const Log& log,
           ReplyOutlet* replies = nullptr);

    // MessageSink

    /// Queues the message for its commands. One that is left out, or that no command is for, is handled at once. After
    /// drain() or a failure it takes nothing more, and never handles it.
    [[nodiscard]] output::Wanted deliver(const wire::Publish& message) override;
    /// Runs no command for a message that nobody asked for: it is handled at once.
    [[nodiscard]] bool show_unasked(const wire::Publish& message) override;
    [[nodiscard]] bool is_awaited() const noexcept override { return has_room(); }
    /// Waits until there is room. After drain() or a failure there is room for anything, as nothing is handled any
    /// more; run() tells the failure. For one waiter.
    Awaitable<Result<>> flush() override;
    [[nodiscard]] bool handles_later() const noexcept override { return true; }
    [[nodiscard]] bool has_room() const noexcept override;
    [[nodiscard]] std::uint64_t handled() const noexcept override { return window_.handled(); }
    /// No command runs, and all output and replies are away.
    [[nodiscard]] bool is_idle() const noexcept override;
    [[nodiscard]] bool gives_up() const noexcept override { return stopping_; }
    Awaitable<Result<>> wait_for_handled() override;

    // The run

    /// Runs the commands until it is cancelled, or until a command has failed for good (OnFailure::end, or too many
    /// retries): then it waits for those that run, at most for `linger`, ends them, and fails with the status of the
    /// command. Fails also when standard output does (output_failed), at once: terminate() then. Once only.
    Awaitable<Result<>> run(Clock::duration linger);

    /// Starts no command any more. Messages that wait stay unhandled.
    void drain() { stop(); }
    /// Drains, and ends all that runs with SIGTERM, after two seconds with SIGKILL. Needs no run().
    Awaitable<> terminate();
    /// Drains, waits at most for `linger` until no command runs and all output and replies are away, while run() runs,
    /// and terminates the rest. For one waiter.
    Awaitable<> finish(Clock::duration linger) { return finish(linger, idle_); }
    /// Hands a signal on to all that the commands have started.
    void signal(int number) const noexcept { shop_.children.signal(number); }

    /// Returns when the last command ended; the beginning of time if there was none.
    [[nodiscard]] Clock::time_point last_end() const noexcept { return last_end_; }

    /// Tells what has become of a reply: success when it was acknowledged.
    void reply_done(std::uint64_t ticket, Result<> result);

    // How it went

    /// Returns the failure that ends the run, from the moment on in which the command has failed.
    [[nodiscard]] const std::optional<Failure>& failure() const noexcept { return failure_; }

    /// Counts the failures that the run went on after (OnFailure::go_on): it is to fail with not_matched in the end.
    [[nodiscard]] std::uint64_t failures() const noexcept { return failures_; }
    /// Returns how the messages compare with what was expected.
    [[nodiscard]] const output::Expectation& expectation() const noexcept { return selection_.expectation(); }
    /// Names what is waited for: "waiting for 2 commands to end"; empty: nothing.
    [[nodiscard]] std::string waiting_for() const;
    /// Waits until nobody reads our output any more, and fails then (output_failed). Ends when it is cancelled, too.
    Awaitable<Result<>> wait_for_reader_to_leave() { return output_.reader_gone(); }
    [[nodiscard]] bool reader_left() const noexcept { return output_.broken_pipe(); }

private:
    struct Worker {
        explicit Worker(const boost::asio::any_io_executor& executor) : wake(executor) {}
        async::Notification wake;
    };
    struct Unanswered {
        Job* job = nullptr;
        std::size_t rule = 0;
        std::size_t size = 0;
        bool of_failure = false;
    };

    // runner.cpp
    void stop();
    void fail(Failure failure);
    void advance();
    Awaitable<Result<>> wait_until_idle(async::Notification& idle);
    Awaitable<> finish(Clock::duration linger, async::Notification& idle);
    Awaitable<Result<>> end_after_failure(Clock::duration linger);
    Awaitable<Result<>> pass_on_output();

    // runner_work.cpp
    void enqueue(Job& job);
    Awaitable<Result<>> work(Worker& self);
    Awaitable<Result<>> handle(Worker& self, Job& job);
    Awaitable<Result<>> execute(Job& job, std::size_t rule);
    [[nodiscard]] Execution::Plan plan_for(const Job& job, const Rule& rule);
    [[nodiscard]] FailedCommand failed(const Job& job, std::size_t rule, Outcome& outcome) const;
    void take_failure(Job& job, FailedCommand failed);
    [[nodiscard]] bool try_again(Job& job);
    void warn(const FailedCommand& failed, const Job& job, std::string_view next) const;
    void conclude(Job& job);
    void send_reply(Job& job, std::size_t rule, std::string payload, std::optional<int> status);
    void send_failure(Job& job, FailedCommand& failed);

    Settings settings_;
    output::Selection selection_;
    stream::Output output_;
    const Log& log_;
    ReplyOutlet* replies_;
    Execution::Workshop shop_;
    Window window_;
    std::deque<Job*> queue_;
    std::deque<Worker> workers_;
    std::vector<Worker*> idle_workers_;
    std::size_t running_ = 0;  // messages in the hands of workers
    std::size_t held_ = 0;     // bytes of output and replies of messages that are in nobody's hands
    std::map<std::uint64_t, Unanswered> unanswered_;
    std::size_t unacknowledged_ = 0;  // of those, replies of QoS 1 and 2
    std::uint64_t next_ticket_ = 1;
    std::uint64_t failures_ = 0;
    struct Told {
        std::uint64_t handled = 0;
        bool is_idle = true;
        bool gives_up = false;

        bool operator==(const Told&) const = default;
    };
    [[nodiscard]] Told to_tell() const noexcept { return {handled(), is_idle(), gives_up()}; }
    Told told_;  // to wait_for_handled()
    Clock::time_point last_end_ = Clock::time_point::min();
    std::optional<Failure> failure_;
    bool runs_ = false;
    bool stopping_ = false;
    bool terminated_ = false;
    bool told_no_command_ = false;
    bool told_no_response_topic_ = false;
    async::Notification room_;
    async::Notification handled_changed_;
    async::Notification failed_;
    async::Notification idle_;
    async::Notification idle_after_failure_;
};

}  // namespace mqtts::command
