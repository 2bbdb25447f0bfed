// SPDX-License-Identifier: Apache-2.0
// Does the work of mqtts-sub: subscribes and prints the messages.
#pragma once

#include "program/run.hpp"

namespace mqtts::program {

/// Does a run with a connection of its own. See Runner.
[[nodiscard]] int subscribe(Run& run);

}  // namespace mqtts::program
