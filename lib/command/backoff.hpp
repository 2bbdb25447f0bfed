// SPDX-License-Identifier: Apache-2.0
// The pauses before a command runs again.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace mqtts::command {

inline constexpr std::chrono::milliseconds first_pause{500};
inline constexpr std::chrono::milliseconds longest_pause{30'000};

/// Returns the pause before the next run, when the command ran again this often already. The pauses double.
[[nodiscard]] constexpr std::chrono::milliseconds pause_after(std::uint64_t retries) noexcept {
    constexpr std::uint64_t doublings = 6;  // then it is the longest
    return std::min(first_pause * (1 << std::min(retries, doublings)), longest_pause);
}
static_assert(pause_after(0) == first_pause && pause_after(1) == 2 * first_pause && pause_after(6) == longest_pause);

}  // namespace mqtts::command
