// SPDX-License-Identifier: Apache-2.0
// Reduces the plan of a run that failed: what is left is what the failure needs.
#pragma once

#include <functional>

#include "simulation/faults.hpp"

namespace mqtts::simulation {

/// Leaves out faults, in halves and then one by one, and turns features off, as long as `still_fails`. Precondition: it
/// does with `plan`.
[[nodiscard]] Plan shrink(Plan plan, const std::function<bool(const Plan&)>& still_fails);

}  // namespace mqtts::simulation
