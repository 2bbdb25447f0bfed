// SPDX-License-Identifier: Apache-2.0
// Counts what a run did, for --stats and for the progress at a terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mqtts::client {

/// The counters while the run goes on.
struct Totals {
    std::uint64_t published = 0;
    std::uint64_t received = 0;
    std::uint64_t bytes = 0;
    std::uint64_t connections = 0;
    std::uint64_t perhaps_twice = 0;

    void published_one(std::size_t size) noexcept {
        ++published;
        bytes += size;
    }
    void received_one(std::size_t size) noexcept {
        ++received;
        bytes += size;
    }
};

struct Statistics {
    std::uint64_t published = 0;     // messages
    std::uint64_t received = 0;      // before any of mqtts-sub's own filters
    std::uint64_t bytes = 0;         // of the payloads of both
    std::uint64_t acknowledged = 0;  // of those published: the server has them, at QoS 0 too
    std::uint64_t refused = 0;       // of those published
    std::uint64_t in_flight = 0;     // of those published: neither, yet
    std::uint64_t reconnects = 0;
    std::uint64_t perhaps_twice = 0;                   // of QoS 2, published again after the server lost the session
    std::optional<std::chrono::nanoseconds> lateness;  // of the latest message; nothing: no times were kept
};

/// Makes the statistics. `in_flight`: published and not answered. `lost`: at QoS 0, perhaps.
[[nodiscard]] Statistics to_statistics(const Totals& totals, std::uint64_t in_flight, std::uint64_t lost,
                                       std::uint64_t refused) noexcept;

/// Returns "1 message", "2 messages".
[[nodiscard]] std::string count_of(std::uint64_t count, std::string_view what);

/// Returns messages a second, in both directions together; 0 for no time at all.
[[nodiscard]] double rate(const Statistics& statistics, std::chrono::nanoseconds elapsed) noexcept;

/// Returns "3 messages published, 12 bytes in 0.004 s (750/s), 3 acknowledged, 0 refused, 0 reconnects"; "… received,
/// …"; with a lateness, "at most 0.012 s late"; and, if it is not 0, "up to 2 messages of QoS 2 perhaps delivered
/// twice".
[[nodiscard]] std::string to_text(const Statistics& statistics, std::chrono::nanoseconds elapsed);

/// Returns the members of a JSON object: "published", "received", "bytes", "seconds", "rate", "acknowledged",
/// "refused", "unacknowledged", "reconnects", "perhaps_twice", and with a lateness "lateness", in seconds.
[[nodiscard]] std::string to_json_members(const Statistics& statistics, std::chrono::nanoseconds elapsed);

}  // namespace mqtts::client
