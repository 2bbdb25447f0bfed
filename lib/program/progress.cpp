// SPDX-License-Identifier: Apache-2.0
#include "program/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "async/race.hpp"

namespace mqtts::program {

using std::chrono::seconds;

namespace {

constexpr seconds first_progress{2};
constexpr seconds between_progress{1};

}  // namespace

std::string progress_text(const client::Statistics& statistics, std::chrono::nanoseconds elapsed,
                          std::optional<double> part_published) {
    std::string text = fmt::format("{} messages, {:.0f}/s, {} acknowledged, {} in flight", statistics.published,
                                   rate(statistics, elapsed), statistics.acknowledged, statistics.in_flight);
    if (!part_published || *part_published <= 0) return text;
    const double left = std::chrono::duration<double>(elapsed).count() * (1 - *part_published) / *part_published;
    return text + fmt::format(", {:.0f} % published, {:.0f} s left", 100 * *part_published, left);
}

Awaitable<Result<>> show_progress(const Program& program, const client::Client& client, client::Publisher& publisher) {
    const Log& log = program.log;
    // At a terminal, typed text and the progress would get into each other's way.
    if (!log.shows_progress() || ::isatty(STDERR_FILENO) == 0 || publisher.is_typed())
        co_return co_await async::until();
    const auto started = std::chrono::steady_clock::now();
    for (auto next = started + first_progress;; next += between_progress) {
        if (Result<> reached = co_await async::until(next); !reached) co_return reached;
        const client::Statistics statistics = client.statistics();
        const auto elapsed = std::chrono::steady_clock::now() - started;
        if (statistics.published > 1) log.progress(progress_text(statistics, elapsed, publisher.part_published()));
    }
}

}  // namespace mqtts::program
