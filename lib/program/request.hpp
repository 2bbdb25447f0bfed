// SPDX-License-Identifier: Apache-2.0
// The work of mqtts-pub that asks: publishes a request, and prints the answer (--response-topic, --latency).
#pragma once

#include "program/program.hpp"

namespace mqtts::program {

/// Precondition: PublishSettings::request.
[[nodiscard]] Awaitable<Result<>> request(const Program& program);

}  // namespace mqtts::program
