// SPDX-License-Identifier: Apache-2.0
// Runs Client::run(), and watches signals and the deadline of -W.
#pragma once

#include <functional>
#include <string>

#include "client/client.hpp"
#include "program/program.hpp"

namespace mqtts::program {

/// What runs besides the client has a say, too.
struct Besides {
    /// Names what is waited for, for the sentence of -W: "waiting for 'make' to end"; empty: nothing.
    std::function<std::string()> waiting_for = [] { return std::string(); };
    /// The first signal has come, or the second: the process ends next.
    std::function<void(int signal)> interrupted = [](int) {};
    std::function<void()> killed = [] {};
};

/// Watches signals and the deadline alone, beside a Client::run() that runs elsewhere. Never ends by itself.
[[nodiscard]] Awaitable<Result<>> watch_from_outside(client::Client& client, const Program& program,
                                                     Besides besides = {});

/// Returns the result of Client::run(). The first SIGINT or SIGTERM finishes the work under way; the second ends the
/// process at once. Stops the client while it is connecting.
[[nodiscard]] Awaitable<Result<>> supervise(client::Client& client, const Program& program, Besides besides = {});

}  // namespace mqtts::program
