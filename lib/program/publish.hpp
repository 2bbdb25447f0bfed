// SPDX-License-Identifier: Apache-2.0
// Does the work of mqtts-pub: publishes a message, a file, or many messages of an input, straight to the server or
// through a spool.
#pragma once

#include "program/program.hpp"

namespace mqtts::program {

[[nodiscard]] Awaitable<Result<>> publish(const Program& program);

}  // namespace mqtts::program
