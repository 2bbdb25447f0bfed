// SPDX-License-Identifier: Apache-2.0
// Does the work of mqtts-pub: publishes a message, a file, or many messages of an input, straight to the server or
// through a spool.
#pragma once

#include "program/run.hpp"

namespace mqtts::program {

/// Does a run with a connection of its own. See Runner.
[[nodiscard]] int publish(Run& run);

}  // namespace mqtts::program
