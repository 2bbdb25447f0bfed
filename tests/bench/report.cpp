// SPDX-License-Identifier: Apache-2.0
#include "bench/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace mqtts::bench {

double median(std::vector<double> values) {
    if (values.empty()) throw std::runtime_error("nothing was measured");
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

bool Figure::unsettled() const {
    constexpr double most = 1.5;
    if (reference.empty()) return false;
    const auto [least, greatest] = std::ranges::minmax(reference);
    return greatest > most * least;
}

void print_table(const std::vector<Figure>& figures) {
    fmt::print("{:<24} {:<30} {:>8} {:>8}         {}\n", "case", "figure", "measured", "bar", "medians");
    for (const Figure& figure : figures) {
        fmt::print("{:<24} {:<30} {:>8.4g} {:>8.4g}  {:<6} {}\n", figure.name, figure.quantity, figure.value,
                   figure.bar,
                   figure.met()         ? "met"
                   : figure.unsettled() ? "noisy"
                                        : "MISSED",
                   figure.detail);
    }
}

void write_json(const std::string& path, const std::vector<Figure>& figures) {
    std::ofstream file(path);
    const char* separator = "[\n";
    for (const Figure& figure : figures) {
        file << separator
             << fmt::format(R"({{"case":"{}","figure":"{}","measured":{:.6g},"bar":{:.6g},"met":{},"detail":"{}"}})",
                            figure.name, figure.quantity, figure.value, figure.bar, figure.met(), figure.detail);
        separator = ",\n";
    }
    file << "\n]\n";
    if (!file.flush()) throw std::runtime_error(path + ": not written");
}

}  // namespace mqtts::bench
