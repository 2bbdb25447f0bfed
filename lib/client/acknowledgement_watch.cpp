// SPDX-License-Identifier: Apache-2.0
#include "client/acknowledgement_watch.hpp"

#include <fmt/format.h>

namespace mqtts::client {

Awaitable<Result<>> watch_acknowledgements(const session::Session& session, std::chrono::milliseconds limit,
                                           std::function<void()> ping, std::string server, Timer& timer, Rest rest) {
    std::uint64_t awaited = 0;  // answers to pings, with the one that we sent
    for (bool asked = false;;) {
        if (rest) {
            if (Result<> rested = co_await rest(); !rested) co_return rested;
        }
        const std::uint64_t answers = session.answers();
        const bool waiting = session.awaits_answers();
        if (Result<> reached = co_await timer.until(timer.now() + limit / 2); !reached) co_return reached;
        if (!waiting || session.answers() != answers) {
            asked = false;
        } else if (!asked) {
            ping();
            awaited = session.keep_alive().awaited();
            asked = true;
        } else if (session.keep_alive().answered() >= awaited) {  // and not only those before ours
            const double seconds = std::chrono::duration<double>(limit).count();
            co_return Failure(
                Errc::unacknowledged,
                fmt::format("{} answers pings, but has acknowledged nothing for {:g} s", server, seconds));
        }
    }
}

Awaitable<Result<>> watch_qos_2(const session::Session& session, std::string server, const Log& log, Timer& timer,
                                Rest rest) {
    using std::chrono::milliseconds;
    constexpr milliseconds patience{10'000};
    constexpr milliseconds step = patience / 4;
    for (milliseconds waited{}; session.answers() == 0 && waited < patience;) {
        if (rest) {
            if (Result<> rested = co_await rest(); !rested) co_return rested;
        }
        const bool waiting = session.oldest().message && session.oldest().qos == wire::Qos::exactly_once;
        if (Result<> reached = co_await timer.until(timer.now() + step); !reached) co_return reached;
        waited = waiting ? waited + step : milliseconds();
    }
    if (session.answers() == 0)
        log.warning(
            fmt::format("{} has not answered a QoS 2 message for 10 s", server),
            {.event = "qos_2_unanswered", .host = server, .hint = "publish with -q 1 if it does not support QoS 2"});
    co_return co_await async::until();
}

}  // namespace mqtts::client
