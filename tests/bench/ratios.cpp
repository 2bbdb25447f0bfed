// SPDX-License-Identifier: Apache-2.0
#include "bench/ratios.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mqtts::bench {

void Mean::add(const Usage& usage) {
    sum_.cpu += usage.cpu;
    sum_.wall += usage.wall;
    ++count_;
}

Usage Mean::usage() const {
    return {.cpu = sum_.cpu / count_, .wall = sum_.wall / count_};
}

std::optional<std::pair<double, double>> median_interval(std::vector<double> values) {
    constexpr long double miss = 0.025L;  // at either end
    const std::size_t count = values.size();
    long double exactly = std::ldexp(1.0L, -static_cast<int>(count));  // `outside` of all are below the median
    long double fewer = 0;
    std::size_t outside = 0;
    for (; outside < count / 2 && fewer + exactly <= miss; ++outside) {
        fewer += exactly;
        exactly *= static_cast<long double>(count - outside) / static_cast<long double>(outside + 1);
    }
    if (outside == 0) return std::nullopt;
    std::sort(values.begin(), values.end());
    return std::pair(values[outside - 1], values[count - outside]);
}

void add_ratio(Bench& bench, const Pairs<double>& pairs, const Unit& unit, Figure figure) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < pairs.ours.size(); ++i)
        ratios.push_back(pairs.ours[i] / pairs.theirs[i]);
    figure.value = median(ratios);
    const auto tell = [&](const std::vector<double>& values) {
        return fmt::format("{:.{}f} {}", median(values) * unit.factor, unit.digits, unit.name);
    };
    std::string detail = fmt::format("ours {}, {} {}", tell(pairs.ours), pairs.to, tell(pairs.theirs));
    if (const auto interval = median_interval(ratios))
        detail += fmt::format("; 95 %: {:.3f} to {:.3f}", interval->first, interval->second);
    figure.detail = detail + (figure.detail.empty() ? "" : "; ") + figure.detail;
    if (figure.steady) figure.reference = pairs.theirs;
    bench.add(std::move(figure));
}

void add_ratios(Bench& bench, const std::string& name, const Pairs<Usage>& pairs, const Bars& bars) {
    add_ratio(bench, pairs, &Usage::cpu, in_milliseconds,
              {.name = name, .quantity = "CPU / " + pairs.to, .bar = bars.cpu});
    add_ratio(bench, pairs, &Usage::wall, in_milliseconds,
              {.name = name, .quantity = "wall / " + pairs.to, .bar = bars.wall});
}

}  // namespace mqtts::bench
