// SPDX-License-Identifier: Apache-2.0
#include "program/latency.hpp"

#include <fmt/format.h>

namespace mqtts::program {

std::string latency_text(std::chrono::nanoseconds latency) {
    const auto nanoseconds = latency.count();
    if (nanoseconds < 1'000) return fmt::format("{}ns", nanoseconds);
    if (nanoseconds < 1'000'000) return fmt::format("{:.6f}µs", static_cast<double>(nanoseconds) / 1e3);
    if (nanoseconds < 1'000'000'000) return fmt::format("{:.6f}ms", static_cast<double>(nanoseconds) / 1e6);
    return fmt::format("{}.{:09}s", nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000);
}

}  // namespace mqtts::program
