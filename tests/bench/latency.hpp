// SPDX-License-Identifier: Apache-2.0
// From bytes into one process until bytes out of another.
#pragma once

#include <chrono>
#include <string_view>

#include "bench/ratios.hpp"

namespace mqtts::bench {

/// In microseconds.
struct Latency {
    double middle = 0;
    double late = 0;  // of 100, one is later
};

/// What is written to `into`, so often, one at a time: the next when the answer to the last has come and `pause` has
/// passed since it was written.
struct Turns {
    std::string_view bytes;
    std::size_t answer = 0;  // how many bytes come out of it
    unsigned count = 0;
    std::chrono::milliseconds pause{0};
};

[[nodiscard]] Latency measure_latency(const Child& into, const Child& from, const Turns& turns);

/// Adds the figures p50 and p99, with their bars.
void add_latencies(Bench& bench, const Pairs<Latency>& pairs, const std::string& name, const Latency& bars);

}  // namespace mqtts::bench
