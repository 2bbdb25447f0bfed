// SPDX-License-Identifier: Apache-2.0
#include "bench/ratios.hpp"

#include <fmt/format.h>

namespace mqtts::bench {

void Mean::add(const Usage& usage) {
    sum_.cpu += usage.cpu;
    sum_.wall += usage.wall;
    ++count_;
}

Usage Mean::usage() const {
    return {.cpu = sum_.cpu / count_, .wall = sum_.wall / count_};
}

namespace {

void add_ratio(Bench& bench, const std::string& name, const std::string& quantity, const std::string& to,
               const std::vector<Usage>& ours, const std::vector<Usage>& theirs, double Usage::*member, double bar) {
    std::vector<double> ratios;
    std::vector<double> us;
    std::vector<double> them;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        us.push_back(ours[i].*member / 1000);
        them.push_back(theirs[i].*member / 1000);
        ratios.push_back(us.back() / them.back());
    }
    bench.add({.name = name,
               .quantity = quantity + " / " + to,
               .value = median(ratios),
               .bar = bar,
               .detail = fmt::format("ours {:.2f} ms, {} {:.2f} ms", median(us), to, median(them))});
}

}  // namespace

void add_ratios(Bench& bench, const std::string& name, const std::string& to, const std::vector<Usage>& ours,
                const std::vector<Usage>& theirs, const Bars& bars) {
    add_ratio(bench, name, "CPU", to, ours, theirs, &Usage::cpu, bars.cpu);
    add_ratio(bench, name, "wall", to, ours, theirs, &Usage::wall, bars.wall);
}

}  // namespace mqtts::bench
