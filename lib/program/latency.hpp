// SPDX-License-Identifier: Apache-2.0
// Prints how long an answer took (mqtts-pub --latency).
#pragma once

#include <chrono>
#include <string>

namespace mqtts::program {

/// Returns "38.307000µs", "1.250000ms", "2.000000001s": as mosquitto_rr --latency prints it.
[[nodiscard]] std::string latency_text(std::chrono::nanoseconds latency);

}  // namespace mqtts::program
