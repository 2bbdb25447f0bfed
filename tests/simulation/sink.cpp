// SPDX-License-Identifier: Apache-2.0
#include "simulation/sink.hpp"

#include <algorithm>

namespace mqtts::simulation {

using std::chrono::milliseconds;

SimulatedSink::SimulatedSink(const boost::asio::any_io_executor& executor, Network& network)
    : network_(network),
      settings_(network.plan.subscribing),
      random_(network.plan.seed ^ 0x7369'6E6B),
      room_made_(executor),
      changed_(executor) {}

void SimulatedSink::take(const wire::Publish& message) {
    network_.witness.delivered(message);
    ++taken_;
    pending_ = true;
    if (!settings_.later || gives_up_) return;
    ++running_;
    jobs_.push_back({.number = taken_, .message = number_in(message.payload).value_or(0)});
    const milliseconds time(random_.below(settings_.slowest_handling + 1));
    network_.clock.at(network_.clock.now() + time, *this, 0, taken_);
}

output::Wanted SimulatedSink::deliver(const wire::Publish& message) {
    take(message);
    return taken_ == settings_.wanted ? output::Wanted::enough : output::Wanted::more;
}

bool SimulatedSink::show_unasked(const wire::Publish& message) {
    take(message);
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
    if (settings_.slowest_flush != 0) {
        const milliseconds time(random_.below(settings_.slowest_flush + 1));
        if (Result<> written = co_await network_.clock.until(network_.clock.now() + time); !written) co_return written;
    }
    network_.witness.flushed();
    co_return Result<>();
}

Awaitable<Result<>> SimulatedSink::wait_for_handled() {
    co_return co_await changed_.wait();
}

void SimulatedSink::act(std::uint32_t, std::uint64_t number) {
    --running_;
    const bool fails = number == settings_.fails_after;
    gives_up_ |= fails;
    if (!fails) std::ranges::find(jobs_, number, &Job::number)->done = true;
    while (!jobs_.empty() && jobs_.front().done) {
        network_.witness.handled(jobs_.front().message);
        jobs_.pop_front();
        ++handled_;
    }
    room_made_.notify();
    changed_.notify();
    if (!gives_up_ || running_ != 0) return;
    network_.witness.allow(1, exit_status(command_failed_with(1)));
    failed();
}

}  // namespace mqtts::simulation
