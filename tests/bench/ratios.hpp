// SPDX-License-Identifier: Apache-2.0
// Two programs that do the same, round by round: how much more the one costs.
#pragma once

#include <string>
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

/// Adds the medians, over the rounds, of the ratios within each round, for CPU and for wall time.
void add_ratios(Bench& bench, const std::string& name, const std::string& to, const std::vector<Usage>& ours,
                const std::vector<Usage>& theirs, const Bars& bars);

}  // namespace mqtts::bench
