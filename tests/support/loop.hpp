// SPDX-License-Identifier: Apache-2.0
// An event loop in the hands of a test, and coroutines in it that are looked at while they wait.
#pragma once

#include <doctest/doctest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "support/patience.hpp"

namespace mqtts::test {

class Loop {
public:
    [[nodiscard]] boost::asio::io_context::executor_type executor() noexcept { return io_.get_executor(); }
    /// Does all that can be done now.
    void settle() {
        io_.restart();
        io_.poll();
    }

    /// Does what comes, until that is so. Returns false when it never is. It looks again now and then, as other
    /// processes may make it so without an event for us.
    template <class Condition>
    [[nodiscard]] bool wait_until(Condition is_so) {
        constexpr std::chrono::milliseconds now_and_then{10};
        const auto end = std::chrono::steady_clock::now() + patience;
        settle();
        while (!is_so()) {
            if (std::chrono::steady_clock::now() > end) return false;
            io_.restart();
            io_.run_one_for(now_and_then);
        }
        return true;
    }

private:
    boost::asio::io_context io_{1};
};

/// A coroutine that runs beside the test. It is cancelled when this goes, if it has not ended.
class Running {
public:
    Running(Loop& loop, boost::asio::awaitable<Result<>> coroutine) : loop_(loop) {
        boost::asio::co_spawn(
            loop.executor(), std::move(coroutine),
            boost::asio::bind_cancellation_slot(cancel_.slot(), [this](std::exception_ptr exception, Result<> ended) {
                exception_ = exception;
                result_.emplace(std::move(ended));
            }));
        loop_.settle();
    }
    Running(Loop& loop, boost::asio::awaitable<void> coroutine) : Running(loop, with_result(std::move(coroutine))) {}
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() { cancel(); }

    /// All that can be done now is done; has it ended?
    [[nodiscard]] bool ended() {
        loop_.settle();
        if (exception_) std::rethrow_exception(std::exchange(exception_, nullptr));
        return result_.has_value();
    }
    /// Precondition: it has ended.
    [[nodiscard]] const Result<>& result() {
        REQUIRE(ended());
        return *result_;
    }
    void cancel() {
        if (!result_) cancel_.emit(boost::asio::cancellation_type::all);
        loop_.settle();
        if (!result_ && !exception_) FAIL_CHECK("a coroutine does not end when it is cancelled");
    }

private:
    static boost::asio::awaitable<Result<>> with_result(boost::asio::awaitable<void> coroutine) {
        co_await std::move(coroutine);
        co_return Result<>();
    }

    Loop& loop_;
    boost::asio::cancellation_signal cancel_;
    std::exception_ptr exception_;
    std::optional<Result<>> result_;
};

}  // namespace mqtts::test
