// SPDX-License-Identifier: Apache-2.0
// Does the work of mqtts-pub with --response-topic: publishes a request and prints the answer (also --latency).
#pragma once

#include "program/program.hpp"

namespace mqtts::program {

/// Precondition: PublishSettings::request.
[[nodiscard]] Awaitable<Result<>> request(const Program& program);

}  // namespace mqtts::program
