// SPDX-License-Identifier: Apache-2.0
#include "client/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace mqtts::client {

namespace {

double in_seconds(std::chrono::nanoseconds elapsed) noexcept {
    return std::chrono::duration<double>(elapsed).count();
}

}  // namespace

std::string count_of(std::uint64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

Statistics to_statistics(const Totals& totals, std::uint64_t in_flight, std::uint64_t lost,
                         std::uint64_t refused) noexcept {
    // Messages that an earlier run left behind, or that never left, are counted as unanswered but not as published.
    const std::uint64_t others = std::min(totals.published, in_flight + lost + refused);
    return {.published = totals.published,
            .received = totals.received,
            .bytes = totals.bytes,
            .acknowledged = totals.published - others,
            .refused = refused,
            .in_flight = in_flight,
            .reconnects = totals.connections - std::min<std::uint64_t>(totals.connections, 1),
            .perhaps_twice = totals.perhaps_twice};
}

double rate(const Statistics& statistics, std::chrono::nanoseconds elapsed) noexcept {
    const auto messages = static_cast<double>(statistics.published + statistics.received);
    return elapsed.count() > 0 ? messages / in_seconds(elapsed) : 0;
}

std::string to_text(const Statistics& statistics, std::chrono::nanoseconds elapsed) {
    const bool publishes = statistics.published != 0 || statistics.received == 0;
    std::string text;
    if (publishes) text = count_of(statistics.published, "message") + " published, ";
    if (statistics.received != 0) text += count_of(statistics.received, "message") + " received, ";
    text += fmt::format("{} in {:.3f} s ({:.0f}/s)", count_of(statistics.bytes, "byte"), in_seconds(elapsed),
                        rate(statistics, elapsed));
    if (publishes) text += fmt::format(", {} acknowledged, {} refused", statistics.acknowledged, statistics.refused);
    text += ", " + count_of(statistics.reconnects, "reconnect");
    if (statistics.lateness) text += fmt::format(", at most {:.3f} s late", in_seconds(*statistics.lateness));
    if (statistics.perhaps_twice == 0) return text;
    return text +
           fmt::format(", up to {} of QoS 2 perhaps delivered twice", count_of(statistics.perhaps_twice, "message"));
}

std::string to_json_members(const Statistics& statistics, std::chrono::nanoseconds elapsed) {
    std::string members = fmt::format(
        R"("published":{},"received":{},"bytes":{},"seconds":{:.6f},"rate":{:.1f},"acknowledged":{},"refused":{},)"
        R"("unacknowledged":{},"reconnects":{},"perhaps_twice":{})",
        statistics.published, statistics.received, statistics.bytes, in_seconds(elapsed), rate(statistics, elapsed),
        statistics.acknowledged, statistics.refused, statistics.in_flight, statistics.reconnects,
        statistics.perhaps_twice);
    if (statistics.lateness) members += fmt::format(R"(,"lateness":{:.6f})", in_seconds(*statistics.lateness));
    return members;
}

}  // namespace mqtts::client
