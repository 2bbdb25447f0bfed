// SPDX-License-Identifier: Apache-2.0
#include "program/diagnosis.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "text/escape.hpp"
#include "tls/report_text.hpp"

namespace mqtts {

using async::until;
using std::chrono::seconds;

namespace {

constexpr seconds first_progress{2};
constexpr seconds between_progress{1};

/// What is typed and what is shown would get into each other's way.
bool is_typed(const cli::PublishSettings& settings) {
    const bool from_stdin = settings.source == cli::Source::lines || settings.source == cli::Source::whole_stdin;
    return from_stdin && ::isatty(STDIN_FILENO) != 0;
}

std::string progress_text(const client::Statistics& statistics, std::chrono::nanoseconds elapsed,
                          std::optional<double> part_published) {
    std::string text = fmt::format("{} messages, {:.0f}/s, {} acknowledged, {} in flight", statistics.published,
                                   rate(statistics, elapsed), statistics.acknowledged, statistics.in_flight);
    if (!part_published || *part_published <= 0) return text;
    const double left = std::chrono::duration<double>(elapsed).count() * (1 - *part_published) / *part_published;
    return text + fmt::format(", {:.0f} % published, {:.0f} s left", 100 * *part_published, left);
}

std::string tls_members(const tls::Report& report) {
    Buffer text;
    json::Writer json(text, {});
    json.verbatim_key("tls");
    tls::write(json, report);
    return std::string(text.readable());
}

}  // namespace

Diagnosis::Diagnosis(const Program& program) : settings_(program.settings), log_(program.log) {}

client::Observer* Diagnosis::observer() noexcept {
    return settings_.diagnosis.tls_report ? this : nullptr;
}

void Diagnosis::opened(const client::Connection& connection) {
    const auto report = connection.channel().tls_report();
    if (!report) return;
    const std::string server = escape(connection.server());
    if (log_.format() == Log::Format::json)
        log_.information(fmt::format("{} with {}", report->version, server),
                         {.event = "tls", .host = server, .members = tls_members(*report)});
    else if (settings_.diagnosis.tls_report == cli::ReportForm::json)
        log_.print(fmt::format("{{{}}}\n", tls_members(*report)));
    else
        log_.print(fmt::format("server:       {}\n{}", server, tls::to_text(*report)));
}

Awaitable<Result<>> Diagnosis::show_progress(const client::Client& client, client::Publisher& publisher) {
    if (!log_.shows_progress() || ::isatty(STDERR_FILENO) == 0 || is_typed(settings_.publish))
        co_return co_await until();
    for (auto next = started_ + first_progress;; next += between_progress) {
        co_await until(next);
        const client::Statistics statistics = client.statistics();
        if (statistics.published > 1)
            log_.progress(progress_text(statistics, Clock::now() - started_, publisher.part_published()));
    }
}

void Diagnosis::conclude(const client::Client& client) const {
    log_.progress({});
    if (!settings_.diagnosis.statistics) return;
    const client::Statistics statistics = client.statistics();
    const auto elapsed = Clock::now() - started_;
    const std::string members = to_json_members(statistics, elapsed);
    log_.information(to_text(statistics, elapsed), {.event = "stats", .members = members});
}

}  // namespace mqtts
