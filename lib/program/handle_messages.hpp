// SPDX-License-Identifier: Apache-2.0
// Does the work of mqtts-sub with --exec or --on: subscribes, and runs a command for each message.
#pragma once

#include "program/program.hpp"

namespace mqtts::program {

[[nodiscard]] Awaitable<Result<>> handle_messages(const Program& program);

}  // namespace mqtts::program
