// SPDX-License-Identifier: Apache-2.0
// The work of mqtts-sub: subscribes, and prints what comes.
#pragma once

#include "program/program.hpp"

namespace mqtts::program {

[[nodiscard]] Awaitable<Result<>> subscribe(const Program& program);

}  // namespace mqtts::program
