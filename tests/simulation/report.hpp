// SPDX-License-Identifier: Apache-2.0
// What a seed that fails prints.
#pragma once

#include <cstdint>
#include <string>

#include "simulation/world.hpp"

namespace mqtts::simulation {

/// Returns the seed, the invariant, the reduced plan and its trace.
[[nodiscard]] std::string report_failure(const Plan& plan, const Violation& violation);

}  // namespace mqtts::simulation
