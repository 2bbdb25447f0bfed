// SPDX-License-Identifier: Apache-2.0
#include "program/ending.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "program/verdict.hpp"

namespace mqtts::program {

namespace asio = boost::asio;
using async::race;
using async::until;

namespace {

/// How long a command may take to end by itself, and again after SIGTERM.
constexpr std::chrono::seconds patience{2};

Awaitable<Result<>> wait_for_signal(asio::signal_set& signals) {
    const auto [error, number] = co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return error ? Result<>(async::cancelled()) : Result<>();
}

}  // namespace

Ending::Ending(const asio::any_io_executor& executor, const Program& program, client::Client& client,
               const output::Expectation& expectation)
    : settings_(program.settings),
      subscribe_(settings_.subscribe),
      started_(program.started),
      client_(client),
      expectation_(expectation),
      log_(program.log),
      readiness_(subscribe_.readiness),
      command_(executor),
      subscribed_(executor) {}

Result<> Ending::subscribed() {
    if (Result<> announced = readiness_.announce(); !announced) return announced;
    is_manager_told_ = tell_service_manager("READY=1");
    subscribed_.notify();
    return subscribe_.child_command.empty() ? Result<>() : command_.start(subscribe_.child_command);
}

std::string Ending::waiting_for() const {
    if (!command_.was_started() || command_.status()) return "";
    return fmt::format("waiting for {} to end", os::quoted_program(subscribe_.child_command));
}

Awaitable<Result<>> Ending::watch() {
    co_return (co_await race(follow(), hand_on_signal())).result;
}

Awaitable<Result<>> Ending::follow() {
    if (Result<> subscribed = co_await subscribed_.wait(); !subscribed) co_return subscribed;
    if (command_.was_started()) {
        if (Result<> ended = co_await command_.wait(); !ended) co_return ended;
        if (command_.status() != 0 || !subscribe_.waits_after_command) {
            client_.finish_when_caught_up();
            co_return co_await until();
        }
    }
    co_return co_await wait_until_idle();
}

/// Waits for the silence of --idle. A silence counts only while there is a connection, to a broker that still answers.
Awaitable<Result<>> Ending::wait_until_idle() {
    if (!subscribe_.idle) co_return co_await until();
    const auto begin = Clock::now();
    const auto end = [&] {
        return std::max({begin, expectation_.last_time(), client_.attendance().since(), handled_until_()}) +
               *subscribe_.idle;
    };
    for (bool proven = false; !proven;) {
        if (Result<> back = co_await client_.wait_until_present(); !back) co_return back;
        if (Result<> reached = co_await until(end()); !reached) co_return reached;
        if (Clock::now() < end() || !client_.attendance().present()) continue;
        const Result<> alive = co_await client_.prove_alive(settings_.client.patience.linger);
        if (async::was_cancelled(alive)) co_return alive;
        if (!alive && alive.error().code != Errc::connection_lost) {
            client_.stop(alive.error());
            co_return co_await until();
        }
        proven = alive && Clock::now() >= end();
    }
    client_.finish_soon();
    co_return co_await until();
}

/// Hands a signal on to the command, so that it ends with us, even if a second signal ends us at once.
Awaitable<Result<>> Ending::hand_on_signal() {
    asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
    if (Result<> came = co_await wait_for_signal(signals); !came) co_return came;
    command_.signal(SIGTERM);
    co_return co_await until();
}

Awaitable<Result<>> Ending::conclude(Result<> ended) {
    if (is_manager_told_) static_cast<void>(tell_service_manager("STOPPING=1"));
    if (command_.was_started()) {
        Clock::duration time_left = settings_.timeout ? started_ + *settings_.timeout - Clock::now() : patience;
        co_await end_command(ended ? std::min<Clock::duration>(time_left, patience) : Clock::duration::zero());
        if (Result<> command = judge_command(subscribe_.child_command, command_.status()); !command) co_return command;
    }
    const Course course{client_.attendance(), expectation_, command_.was_started()};
    co_return judge(std::move(ended), course, subscribe_, log_);
}

/// Ends the command. Another signal to us shortens every wait.
Awaitable<> Ending::end_command(Clock::duration time_to_end) {
    asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
    co_await race(command_.wait(), until(Clock::now() + time_to_end), wait_for_signal(signals));
    command_.signal(SIGTERM);
    co_await race(command_.wait(), until(Clock::now() + patience), wait_for_signal(signals));
    command_.signal(SIGKILL);
    co_await command_.wait();
}

/// Tells the service manager. A manager that cannot be told may not be waiting for us: the variable may be for a
/// program further up.
bool Ending::tell_service_manager(std::string_view state) const {
    const Result<> told = os::notify_service_manager(state);
    if (!told) log_.debug(told.error().cause, {.event = "left_out"});
    return told.has_value();
}

}  // namespace mqtts::program
