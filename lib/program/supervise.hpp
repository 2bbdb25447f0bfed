// SPDX-License-Identifier: Apache-2.0
// Client::run() under the eyes of signals and the deadline of -W.
#pragma once

#include <functional>
#include <string>

#include "client/client.hpp"
#include "program/program.hpp"

namespace mqtts::program {

/// What is waited for besides the server, for the sentence of -W: "waiting for 'make' to end"; empty: nothing.
using Waiting = std::function<std::string()>;

/// The result is that of Client::run(). The first SIGINT or SIGTERM finishes what is under way; the second ends the
/// process at once. Stops the client while it is connecting.
[[nodiscard]] Awaitable<Result<>> supervise(client::Client& client, const Program& program, Waiting waiting = {});

}  // namespace mqtts::program
