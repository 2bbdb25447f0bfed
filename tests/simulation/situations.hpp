// SPDX-License-Identifier: Apache-2.0
// Whole plans for situations that faults drawn one by one hardly ever make: several things that must come together.
#pragma once

namespace mqtts::simulation {

class Random;
struct Plan;

/// Draws one of them, and changes the plan to it. Before the details that any plan can have.
void draw_situation(Random& random, Plan& plan);

}  // namespace mqtts::simulation
