// SPDX-License-Identifier: Apache-2.0
// Does the work of mqtts-sub: subscribes and prints the messages.
#pragma once

#include "program/program.hpp"

namespace mqtts::program {

[[nodiscard]] Awaitable<Result<>> subscribe(const Program& program);

}  // namespace mqtts::program
