// SPDX-License-Identifier: Apache-2.0
#include "command/runner.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "async/race.hpp"
#include "command/dispatch.hpp"
#include "os/os.hpp"
#include "text/escape.hpp"

namespace mqtts::command {

namespace {

/// The most messages that may be done before an older one. Of those at QoS 0 a server limits nothing.
constexpr std::size_t most_waiting = 4096;
/// The most bytes of output and replies that may wait for older messages and for acknowledgements.
constexpr std::size_t most_held = 1024 * 1024;

}  // namespace

Runner::Runner(const boost::asio::any_io_executor& executor, const Settings& settings,
               const output::PrintSettings& selected, stream::Output output, const Log& log, ReplyOutlet* replies)
    : settings_(settings),
      selection_(selected),
      output_(std::move(output)),
      log_(log),
      replies_(replies),
      shop_(executor, log),
      room_(executor),
      handled_changed_(executor),
      failed_(executor),
      idle_(executor),
      idle_after_failure_(executor) {}

output::Wanted Runner::deliver(const wire::Publish& message) {
    const auto [is_chosen, wanted] = selection_.judge(message);
    if (stopping_) return wanted;
    std::vector<std::size_t> rules;
    if (is_chosen) rules = commands_for(message, settings_.rules);
    if (is_chosen && rules.empty() && !std::exchange(told_no_command_, true))
        log_.warning(fmt::format("there is no command for a message on '{}'", escape_beginning(message.topic_name)),
                     {.event = "no_command", .next = "leaving out such messages"});
    if (rules.empty()) {
        window_.add_handled();
        advance();
    } else {
        enqueue(window_.add(std::make_unique<Job>(shop_.executor, message, std::move(rules))));
    }
    return wanted;
}

bool Runner::show_unasked(const wire::Publish& /*message*/) {
    if (stopping_) return false;
    window_.add_handled();
    advance();
    return false;
}

/// One message waits for the end of a command, so that the next one starts at once. What the oldest message waits for
/// when no command runs, the acknowledgement of its reply, may lie behind the next message: then no limit counts.
bool Runner::has_room() const noexcept {
    const std::size_t in_work = queue_.size() + running_;
    const bool waits_for_server = in_work == 0 && unacknowledged_ != 0;
    return stopping_ || waits_for_server ||
           (in_work <= settings_.jobs && held_ < most_held && window_.size() < most_waiting + settings_.jobs);
}

Awaitable<Result<>> Runner::flush() {
    while (!has_room()) {
        if (Result<> changed = co_await room_.wait(); !changed) co_return changed;
    }
    co_return Result<>();
}

Awaitable<Result<>> Runner::wait_for_handled() {
    while (to_tell() == told_) {
        if (Result<> changed = co_await handled_changed_.wait(); !changed) co_return changed;
    }
    told_ = to_tell();
    co_return Result<>();
}

/// Wakes those that wait for what has changed.
void Runner::advance() {
    window_.settle();
    if (const Job* next = window_.next_output(); next != nullptr && !next->output.empty()) shop_.output_came.notify();
    if (to_tell() != told_) handled_changed_.notify();
    if (has_room()) room_.notify();
    if (!is_idle()) return;
    idle_.notify();
    idle_after_failure_.notify();
}

Awaitable<Result<>> Runner::run(Clock::duration linger) {
    runs_ = true;
    os::take_short_turns();
    std::vector<Awaitable<Result<>>> branches;
    branches.push_back(shop_.children.watch());
    branches.push_back(pass_on_output());
    branches.push_back(end_after_failure(linger));
    for (std::size_t job = 0; job < settings_.jobs; ++job)
        branches.push_back(work(workers_.emplace_back(shop_.executor)));
    auto [winner, result] = co_await async::race(std::move(branches));
    runs_ = false;
    co_return std::move(result);
}

/// Writes what the commands have written, of one message after the other.
Awaitable<Result<>> Runner::pass_on_output() {
    for (;;) {
        Job* const job = window_.next_output();
        if (job == nullptr || job->output.empty()) {
            if (Result<> came = co_await shop_.output_came.wait(); !came) co_return came;
            continue;
        }
        output_.pending().buffer().append(job->output.readable());
        if (!job->in_work) held_ -= job->output.size();
        job->output.clear();
        job->output_taken.notify();
        window_.hold_output(true);
        Result<> written = co_await output_.flush();
        window_.hold_output(false);
        if (!written) co_return written;
        advance();
    }
}

void Runner::stop() {
    stopping_ = true;
    for (Job* const job : std::exchange(queue_, {})) {
        job->in_work = false;
        job->given_up = true;
    }
    for (Worker& worker : workers_)
        worker.wake.notify();
    advance();
}

void Runner::fail(Failure failure) {
    if (!failure_) failure_ = std::move(failure);
    failed_.notify();
    stop();
}

bool Runner::is_idle() const noexcept {
    return queue_.empty() && running_ == 0 && unanswered_.empty() && window_.next_output() == nullptr;
}

Awaitable<Result<>> Runner::wait_until_idle(async::Notification& idle) {
    while (!is_idle()) {
        if (Result<> changed = co_await idle.wait(); !changed) co_return changed;
    }
    co_return Result<>();
}

Awaitable<> Runner::terminate() {
    stop();
    terminated_ = true;
    co_await shop_.children.end_all();
}

Awaitable<> Runner::finish(Clock::duration linger, async::Notification& idle) {
    stop();
    if (runs_) {
        const Result<> waited =
            (co_await async::race(wait_until_idle(idle), async::until(Clock::now() + linger))).result;
        if (async::was_cancelled(waited)) co_return;
    }
    co_await terminate();
}

Awaitable<Result<>> Runner::end_after_failure(Clock::duration linger) {
    if (Result<> failed = co_await failed_.wait(); !failed) co_return failed;
    co_await finish(linger, idle_after_failure_);
    co_return *failure_;
}

std::string Runner::waiting_for() const {
    const std::size_t count = shop_.children.size();
    if (count == 0) return "";
    return count == 1 ? "waiting for a command to end" : fmt::format("waiting for {} commands to end", count);
}

}  // namespace mqtts::command
