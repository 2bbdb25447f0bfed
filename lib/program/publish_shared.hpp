// SPDX-License-Identifier: Apache-2.0
// The first of several calls with --share: it connects and publishes as always, and leaves its connection to a keeper.
#pragma once

#include "program/program.hpp"

namespace mqtts::program {

/// Publishes the one message of the options. If all is well, the connection goes on in another process, and this one
/// ends here with the status 0; otherwise it says goodbye as always. Precondition: there is a plan.
[[nodiscard]] Awaitable<Result<>> publish_shared(const Program& program);

}  // namespace mqtts::program
