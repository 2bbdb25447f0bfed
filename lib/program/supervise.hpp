// SPDX-License-Identifier: Apache-2.0
// Runs Client::run(), and watches signals and the deadline of -W.
#pragma once

#include <functional>
#include <string>

#include "client/client.hpp"
#include "program/program.hpp"

namespace mqtts::program {

/// Names what is waited for besides the server, for the sentence of -W: "waiting for 'make' to end"; empty: nothing.
using Waiting = std::function<std::string()>;

/// Returns the result of Client::run(). The first SIGINT or SIGTERM finishes the work under way; the second ends the
/// process at once. Stops the client while it is connecting.
[[nodiscard]] Awaitable<Result<>> supervise(client::Client& client, const Program& program, Waiting waiting = {});

}  // namespace mqtts::program
