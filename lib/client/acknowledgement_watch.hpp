// SPDX-License-Identifier: Apache-2.0
// Detects a server that answers pings but never acknowledges, which would keep us waiting forever.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/error.hpp"
#include "client/timer.hpp"
#include "log/log.hpp"
#include "session/session.hpp"

namespace mqtts::client {

/// Waits while nothing is to be watched and nobody may be woken for nothing. Fails only when cancelled.
using Rest = std::function<Awaitable<Result<>>()>;

/// Fails (unacknowledged) when the server has answered nothing that awaits its answer for `limit`, and then a ping:
/// servers read in order, so by then it has read what came before the ping. On a slow link the ping waits in the queue,
/// and the server is not blamed. Otherwise never ends. `ping` sends a ping.
Awaitable<Result<>> watch_acknowledgements(const session::Session& session, std::chrono::milliseconds limit,
                                           std::function<void()> ping, std::string server, Timer& timer,
                                           Rest rest = {});

/// Warns of a server that has answered nothing so far, and has left the first QoS 2 message unanswered for 10 s. Never
/// ends.
Awaitable<Result<>> watch_qos_2(const session::Session& session, std::string server, const Log& log, Timer& timer,
                                Rest rest = {});

}  // namespace mqtts::client
