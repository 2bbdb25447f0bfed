// SPDX-License-Identifier: Apache-2.0
// Coroutines against each other: the first to end decides, with a result or with an exception.
#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <stdexcept>

#include "async/notification.hpp"
#include "async/race.hpp"

namespace {

using namespace mqtts;
using namespace mqtts::async;
using namespace std::chrono_literals;

/// The outcome of a race, run to its end; an exception comes out.
template <class... Branch>
RaceOutcome outcome_of(boost::asio::io_context& context, Branch... branches) {
    RaceOutcome outcome;
    std::exception_ptr exception;
    boost::asio::co_spawn(context, race(std::move(branches)...), [&](std::exception_ptr thrown, RaceOutcome ended) {
        exception = thrown;
        outcome = std::move(ended);
    });
    context.run();
    if (exception) std::rethrow_exception(exception);
    return outcome;
}

Awaitable<Result<>> fail() {
    co_return Failure(Errc::timed_out);
}

Awaitable<Result<>> run_out_of_memory() {
    co_await until(std::chrono::steady_clock::now() + 1ms);
    throw std::bad_alloc();
}

Awaitable<Result<>> race_for_ever() {
    co_return (co_await race(until(), until())).result;
}

}  // namespace

TEST_CASE("the first to end decides, also when it fails") {
    boost::asio::io_context context;
    const RaceOutcome outcome = outcome_of(context, until(), fail(), until());
    CHECK(outcome.winner == 1);
    CHECK(outcome.result.error().code == Errc::timed_out);
}

TEST_CASE("an exception in one branch ends the race and is not lost") {
    boost::asio::io_context context;
    CHECK_THROWS_AS(outcome_of(context, until(), run_out_of_memory()), std::bad_alloc);
}

TEST_CASE("a race inside a race is cancelled with it") {
    boost::asio::io_context context;
    CHECK(outcome_of(context, race_for_ever(), until(std::chrono::steady_clock::now() + 1ms)).winner == 1);
}

TEST_CASE("a notification given before anybody waits is not lost, and several count once") {
    boost::asio::io_context context;
    Notification notification(context.get_executor());
    notification.notify();
    notification.notify();
    CHECK(outcome_of(context, until(), notification.wait()).winner == 1);
    context.restart();
    const auto soon = std::chrono::steady_clock::now() + 1ms;
    CHECK(outcome_of(context, until(soon), notification.wait()).winner == 0);
}
