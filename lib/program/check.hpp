// SPDX-License-Identifier: Apache-2.0
// Does the work of --check: connects, reports what the broker and its TLS are like, and leaves; with --check-topic a
// message goes there and back. For health checks: the exit status is that of any run.
#pragma once

#include "program/program.hpp"

namespace mqtts::program {

[[nodiscard]] Awaitable<Result<>> check(const Program& program);

}  // namespace mqtts::program
