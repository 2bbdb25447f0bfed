// SPDX-License-Identifier: Apache-2.0
// The world of one plan: two runs of our programs, a network, a broker and a clock. Nothing in it reads a real clock or
// a socket, and nothing random but nonces, whose size is always the same: so the same plan always gives the same run.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "simulation/faults.hpp"
#include "simulation/witness.hpp"

namespace mqtts::simulation {

struct Outcome {
    std::optional<Violation> violation;
    std::uint64_t packets = 0;
    std::uint64_t cuts = 0;
    std::uint32_t deaths = 0;  // of processes
    double virtual_seconds = 0;
    std::string trace;  // if it was asked for
};

/// Runs a plan to its end.
[[nodiscard]] Outcome run(const Plan& plan, bool traced = false);

}  // namespace mqtts::simulation
