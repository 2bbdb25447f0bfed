// SPDX-License-Identifier: Apache-2.0
// What was measured: a table for people, JSON for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mqtts::bench {

/// One measured figure beside the bar it is held against. Lower is better.
struct Figure {
    std::string name;
    std::string quantity;  // "CPU / floor", "memory, MiB"
    double value = 0;
    double bar = 0;
    std::string detail = {};             // where the ratio comes from
    bool steady = false;                 // little moved by what else the machine does: bench_smoke decides by it
    double recorded = 0;                 // what it once was, above the bar; bench_smoke allows twice that
    std::vector<double> reference = {};  // what it is a ratio to, as often as that was measured

    [[nodiscard]] bool met() const noexcept { return value <= bar; }
    /// The same work cost the reference so different amounts that the ratio says nothing of us.
    [[nodiscard]] bool unsettled() const;
};

[[nodiscard]] double median(std::vector<double> values);

void print_table(const std::vector<Figure>& figures);
/// Throws when the file cannot be written.
void write_json(const std::string& path, const std::vector<Figure>& figures);

}  // namespace mqtts::bench
