// SPDX-License-Identifier: Apache-2.0
// A server that lives but never acknowledges: it answers pings, and would keep us waiting for ever.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/error.hpp"
#include "client/timer.hpp"
#include "log/log.hpp"
#include "session/session.hpp"

namespace mqtts::client {

/// Ends (unacknowledged) when the server has answered nothing of what awaits its answer for `limit`, and then a ping:
/// servers read in order, so it has read what came before that ping. On a slow link the ping waits in the queue, and
/// nobody is blamed. Otherwise never ends. `ping` sends one.
Awaitable<Result<>> watch_acknowledgements(const session::Session& session, std::chrono::milliseconds limit,
                                           std::function<void()> ping, std::string server, Timer& timer);

/// Warns of a server that has never answered us anything, and not the first message of QoS 2 for 10 s. Never ends.
Awaitable<Result<>> watch_qos_2(const session::Session& session, std::string server, const Log& log, Timer& timer);

}  // namespace mqtts::client
