// SPDX-License-Identifier: Apache-2.0
// Draws from a seed. The same seed gives the same draws on every platform, which the distributions of the standard
// library do not promise.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mqtts::simulation {

class Random {
public:
    explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

    /// SplitMix64, by Sebastiano Vigna.
    [[nodiscard]] std::uint64_t next() noexcept {
        state_ += 0x9E37'79B9'7F4A'7C15;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58'476D'1CE4'E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0'49BB'1331'11EB;
        return mixed ^ (mixed >> 31);
    }
    /// Draws from 0 up to, and without, `count`. Precondition: count is not 0.
    [[nodiscard]] std::uint32_t below(std::uint32_t count) noexcept {
        return static_cast<std::uint32_t>((next() >> 32) * count >> 32);
    }
    /// Draws from `first` to `last`, both included.
    [[nodiscard]] std::uint32_t between(std::uint32_t first, std::uint32_t last) noexcept {
        return first + below(last - first + 1);
    }
    [[nodiscard]] bool one_in(std::uint32_t count) noexcept { return below(count) == 0; }
    /// Draws small numbers often and large ones up to `last` sometimes.
    [[nodiscard]] std::uint32_t mostly_small(std::uint32_t last) noexcept {
        return below(below(below(last + 1) + 1) + 1);
    }
    template <class Value, std::size_t count>
    [[nodiscard]] Value of(const Value (&values)[count]) noexcept {
        return values[below(static_cast<std::uint32_t>(count))];
    }

private:
    std::uint64_t state_;
};

}  // namespace mqtts::simulation
