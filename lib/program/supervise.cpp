// SPDX-License-Identifier: Apache-2.0
#include "program/supervise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace mqtts::program {

namespace asio = boost::asio;

namespace {

/// How far the last answers of the broker may exceed -W at most.
constexpr std::chrono::milliseconds longest_extra_time{2'000};

/// Checks before the end of a run that expects no message whether the broker is there, so that its silence proves
/// something. Before there was a subscription it cannot.
Awaitable<Result<>> prove_silence(client::Client& client, const Program& program, std::chrono::milliseconds limit) {
    const bool is_evidence = program.settings.subscribe.print.expect_none && client.attendance().began();
    if (!is_evidence) co_return Result<>();
    co_return co_await client.prove_alive(limit);
}

/// Never ends by itself: it is cancelled with the client's run.
Awaitable<Result<>> watch_deadline(client::Client& client, const Program& program, const Besides& besides) {
    if (const auto limit = program.settings.timeout) {
        const auto deadline = program.started + *limit;
        if (Result<> reached = co_await async::until(deadline); !reached) co_return reached;
        const auto extra_time = std::min(program.settings.client.patience.linger, longest_extra_time);
        std::string what = besides.waiting_for();
        if (what.empty()) what = client.waiting_for();
        const double seconds = std::chrono::duration<double>(*limit).count();
        const Failure time_is_up = client.explain_silence(
            Failure(Errc::timed_out, fmt::format("timed out after {:g} s while {}", seconds, what)));
        const Result<> proof = co_await prove_silence(client, program, extra_time);
        if (async::was_cancelled(proof)) co_return proof;
        if (proof)
            client.run_out_of_time(time_is_up, deadline + extra_time - std::chrono::steady_clock::now());
        else
            client.stop(with_cause(proof.error(), fmt::format("{}; {}", time_is_up.cause, proof.error().cause)));
    }
    co_return co_await async::until();
}

/// Ends the run as a signal asks.
Awaitable<Result<>> end_by(int signal, client::Client& client, const Program& program) {
    const Result<> proof = co_await prove_silence(client, program, program.settings.client.patience.linger);
    if (async::was_cancelled(proof)) co_return proof;
    if (proof)
        client.interrupt(signal);
    else
        client.stop(proof.error());
    co_return co_await async::until();
}

Awaitable<Result<>> exit_at_signal(asio::signal_set& signals, const Besides& besides) {
    const auto [error, number] = co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error) co_return async::cancelled();
    besides.killed();
    std::_Exit(exit_status(interrupted_by(number)));
}

/// Never ends by itself either.
Awaitable<Result<>> watch_signals(client::Client& client, const Program& program, const Besides& besides) {
    asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
    const auto [error, first] = co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error) co_return async::cancelled();
    besides.interrupted(first);
    co_return (co_await async::race(end_by(first, client, program), exit_at_signal(signals, besides))).result;
}

}  // namespace

Awaitable<Result<>> watch_from_outside(client::Client& client, const Program& program, Besides besides) {
    co_return (co_await async::race(watch_deadline(client, program, besides), watch_signals(client, program, besides)))
        .result;
}

Awaitable<Result<>> supervise(client::Client& client, const Program& program, Besides besides) {
    co_return (co_await async::race(client.run(), watch_from_outside(client, program, std::move(besides)))).result;
}

}  // namespace mqtts::program
