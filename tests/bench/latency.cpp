// SPDX-License-Identifier: Apache-2.0
#include "bench/latency.hpp"

#include <algorithm>
#include <thread>
#include <vector>

namespace mqtts::bench {

Latency measure_latency(const Child& into, const Child& from, const Turns& turns) {
    using Clock = std::chrono::steady_clock;
    std::vector<double> times;
    for (unsigned i = 0; i < turns.count; ++i) {
        const auto start = Clock::now();
        into.write(turns.bytes);
        for (std::size_t byte = 0; byte < turns.answer; ++byte)
            static_cast<void>(from.read_byte());
        times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
        std::this_thread::sleep_until(start + turns.pause);
    }
    std::sort(times.begin(), times.end());
    return {.middle = times[turns.count / 2], .late = times[turns.count - 1 - turns.count / 100]};
}

void add_latencies(Bench& bench, const Pairs<Latency>& pairs, const std::string& name, const Latency& bars) {
    add_ratio(bench, pairs, &Latency::middle, in_microseconds,
              {.name = name, .quantity = "p50 / " + pairs.to, .bar = bars.middle});
    add_ratio(bench, pairs, &Latency::late, in_microseconds,
              {.name = name, .quantity = "p99 / " + pairs.to, .bar = bars.late});
}

}  // namespace mqtts::bench
