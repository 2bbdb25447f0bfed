// SPDX-License-Identifier: Apache-2.0
// Two programs that do the same, in turn: how much more the one costs.
//
//     Pairs<Usage> pairs;
//     for (unsigned round = 0; round < rounds; ++round)
//         pairs.add(in_turn(round, [&](const std::string& program) { return measure(job_of(program)); }));
//     add_ratio(bench, pairs, &Usage::cpu, in_milliseconds, {.name = "one", .quantity = "CPU", .bar = 1.0});
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/bench.hpp"

namespace mqtts::bench {

struct Bars {
    double cpu = 0;
    double wall = 0;
};

/// What one run of several costs.
class Mean {
public:
    void add(const Usage& usage);
    [[nodiscard]] Usage usage() const;

private:
    Usage sum_;
    unsigned count_ = 0;
};

/// What was measured of both side by side, as often of the one as of the other.
template <typename Cost>
struct Pairs {
    std::string to = "mosquitto";  // whose cost ours is divided by
    std::vector<Cost> ours = {};
    std::vector<Cost> theirs = {};

    void add(const std::pair<Cost, Cost>& pair) {
        ours.push_back(pair.first);
        theirs.push_back(pair.second);
    }
};

/// Measures "ours" and "mosquitto"; the next time the other goes first, so that to be second helps neither.
template <typename Measure>
auto in_turn(unsigned round, Measure measure) {
    if (round % 2 == 0) {
        auto ours = measure("ours");
        return std::pair(std::move(ours), measure("mosquitto"));
    }
    auto theirs = measure("mosquitto");
    return std::pair(measure("ours"), std::move(theirs));
}

struct Unit {
    const char* name;
    double factor;  // of what was measured
    int digits;     // behind the point
};
inline constexpr Unit in_milliseconds{"ms", 1e-3, 2};  // of microseconds
inline constexpr Unit in_microseconds{"µs", 1, 0};
inline constexpr Unit in_mebibytes{"MiB", 1, 1};

/// Adds a figure: the median of the ratios of the pairs. Its detail begins with the medians of both and, of six pairs
/// or more, the interval in which the median of the ratios lies with a probability of 95 %.
void add_ratio(Bench& bench, const Pairs<double>& pairs, const Unit& unit, Figure figure);

template <typename Cost, typename Of>
void add_ratio(Bench& bench, const Pairs<Cost>& pairs, double Of::*member, const Unit& unit, Figure figure) {
    Pairs<double> values{.to = pairs.to};
    for (std::size_t i = 0; i < pairs.ours.size(); ++i)
        values.add({pairs.ours[i].*member, pairs.theirs[i].*member});
    add_ratio(bench, values, unit, std::move(figure));
}

/// CPU and wall time.
void add_ratios(Bench& bench, const std::string& name, const Pairs<Usage>& pairs, const Bars& bars);

/// Between which of the values the median lies, of all that could be measured, with a probability of 95 %. Whatever
/// their distribution is: that fewer than k of n are below it, or above it, is a matter of n coins. Nothing for less
/// than six.
[[nodiscard]] std::optional<std::pair<double, double>> median_interval(std::vector<double> values);

}  // namespace mqtts::bench
