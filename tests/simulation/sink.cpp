// SPDX-License-Identifier: Apache-2.0
#include "simulation/sink.hpp"

#include <algorithm>
#include <memory>
#include <vector>

namespace mqtts::simulation {

using std::chrono::milliseconds;

SimulatedSink::SimulatedSink(const boost::asio::any_io_executor& executor, Network& network)
    : network_(network),
      settings_(network.plan.subscribing),
      random_(network.plan.seed ^ 0x7369'6E6B),
      executor_(executor),
      room_made_(executor),
      changed_(executor) {}

/// Tells whether it is one of those that the broker says although nobody has asked, see Habits::says_more.
bool SimulatedSink::is_said_unasked(const wire::Publish& message) const {
    return network_.plan.habits.says_more && !message.topic_name.starts_with("t/");
}

void SimulatedSink::take(const wire::Publish& message) {
    const std::uint32_t number = number_of(message, message.payload).value_or(0);
    if (!takes(message, number)) return;
    if (settings_.wanted != 0 && taken_ == settings_.wanted)
        network_.witness.broken(Invariant::content, "a message is delivered behind the last one that is wanted");
    if (settings_.later && !has_room() && is_granted())
        network_.witness.broken(Invariant::bounded_memory, "a message is delivered for which there is no room");
    network_.witness.delivered(message);
    ++taken_;
    pending_ = true;
    if (!settings_.later || gives_up_) return;
    const bool in_handling = std::ranges::any_of(jobs_, [&](const Job& job) { return job.message == number; });
    if (!message.retain) network_.promises.delivered(message, number, in_handling);
    begin_command(message);
}

void SimulatedSink::begin_command(const wire::Publish& message) {
    command::Job& in_window =
        window_.add(std::make_unique<command::Job>(executor_, message, std::vector<std::size_t>()));
    jobs_.push_back({.number = taken_,
                     .message = number_of(message, message.payload).value_or(0),
                     .in_window = &in_window,
                     .has_output = random_.one_in(2)});
    ++running_;
    const milliseconds time(random_.below(settings_.slowest_handling + 1));
    network_.clock.at(network_.clock.now() + time, *this, end_command, taken_);
}

output::Wanted SimulatedSink::deliver(const wire::Publish& message) {
    if (is_said_unasked(message)) return output::Wanted::more;  // the client cannot know it in a session of another run
    take(message);
    return taken_ == settings_.wanted ? output::Wanted::enough : output::Wanted::more;
}

bool SimulatedSink::show_unasked(const wire::Publish& message) {
    if (!is_said_unasked(message))
        network_.witness.broken(Invariant::content, "a message is said to match no Topic Filter");
    return true;
}

Awaitable<Result<>> SimulatedSink::flush() {
    if (settings_.later) {
        while (!has_room())
            if (Result<> made = co_await room_made_.wait(); !made) co_return made;
        co_return Result<>();
    }
    if (!std::exchange(pending_, false)) co_return Result<>();
    if (settings_.fails_after != 0 && taken_ >= settings_.fails_after) {
        network_.witness.allow(1, exit_status(Errc::output_failed));
        co_return Failure(Errc::output_failed);
    }
    if (!writes(false)) co_return Failure(Errc::internal);
    if (settings_.slowest_flush != 0) {
        const milliseconds time(random_.below(settings_.slowest_flush + 1));
        if (Result<> written = co_await network_.clock.until(network_.clock.now() + time); !written) co_return written;
    }
    if (!writes(true)) co_return Failure(Errc::internal);
    network_.witness.flushed();
    co_return Result<>();
}

Awaitable<Result<>> SimulatedSink::wait_for_handled() {
    co_return co_await changed_.wait();
}

SimulatedSink::Job& SimulatedSink::job(std::uint64_t number) {
    return *std::ranges::find(jobs_, number, &Job::number);
}

void SimulatedSink::act(std::uint32_t what, std::uint64_t number) {
    --running_;
    if (what == end_command) {
        end(job(number));
    } else {
        writing_ = false;
        window_.hold_output(false);
        job(number).is_safe = true;
    }
    window_.settle();
    pass_on_output();
    note_handled();
    room_made_.notify();
    changed_.notify();
    if (!gives_up_ || running_ != 0) return;
    network_.witness.allow(1, exit_status(command_failed_with(1)));
    failed();
}

/// The command of this message has ended.
void SimulatedSink::end(Job& job) {
    const bool fails = job.number == settings_.fails_after;
    gives_up_ |= fails;
    job.ended = true;
    job.is_safe = !fails && !job.has_output;
    job.in_window->in_work = false;
    job.in_window->handled = !fails;
    if (job.has_output && !fails) job.in_window->output.append("output");
}

/// Writes the output of the oldest message that has any, see command/runner.cpp.
void SimulatedSink::pass_on_output() {
    command::Job* const next = window_.next_output();
    if (next == nullptr || next->output.empty() || writing_) return;
    writing_ = true;
    next->output.clear();
    window_.hold_output(true);
    ++running_;
    const auto writes = std::ranges::find(jobs_, next, &Job::in_window);
    const milliseconds time(random_.below(settings_.slowest_flush + 1));
    network_.clock.at(network_.clock.now() + time, *this, end_output, writes->number);
}

/// A message is handled when its command has succeeded, its output is written, and so it is with all before it.
void SimulatedSink::note_handled() {
    while (!jobs_.empty() && jobs_.front().is_safe) {
        network_.witness.handled(jobs_.front().message);
        network_.promises.handled(jobs_.front().message);
        jobs_.pop_front();
    }
}

}  // namespace mqtts::simulation
