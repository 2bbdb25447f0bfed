// SPDX-License-Identifier: Apache-2.0
// How a session gets its connections: the first one, and another for each that is lost, as ReconnectPolicy says. Each
// loss and each recovery is told in one line.
//
//   connect() ──► attempt ──► CONNACK                       reconnect() ──► wait ──► attempt ──► CONNACK
//                    │                                                       ▲          │
//                    └► what retrying cannot cure                            └──────────┘ what retrying can cure
#pragma once

#include <functional>
#include <string>

#include "async/notification.hpp"
#include "base/error.hpp"
#include "client/connector.hpp"
#include "client/reconnect_policy.hpp"
#include "client/settings.hpp"
#include "client/timer.hpp"
#include "log/log.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class Reconnector {
public:
    /// As Connector.
    Reconnector(const boost::asio::any_io_executor& executor, const Settings& settings, Link& link,
                session::Session& session, Timer& timer, const Log& log, std::function<void()> opened);

    /// The first connection, accepted by CONNACK.
    Awaitable<Result<session::Connected>> connect();
    /// The next connection, after one that `loss` ended, as `end` describes. Failure: retrying cannot cure it, or was
    /// given up. Precondition: connect() succeeded, the connection was dropped; no loop uses the link.
    Awaitable<Result<session::Connected>> reconnect(Failure loss, const ReconnectPolicy::End& end);
    /// The same, the first attempt at once, after a connection whose server does not take what was sent early.
    Awaitable<Result<session::Connected>> connect_patiently(const Failure& loss, const ReconnectPolicy::End& end);

    /// See ReconnectPolicy.
    void take_time() noexcept { policy_.take_time(); }
    void hurry();

    /// See Connector.
    [[nodiscard]] std::string silence_so_far() const { return connector_.silence_so_far(); }

private:
    Awaitable<Result<session::Connected>> retry(Failure failure);
    Awaitable<Result<>> wait(Timer::Clock::time_point next);
    void warn_of_takeover();
    void warn_of_idle_cut();
    [[nodiscard]] std::string consequence(const session::Connected& connected) const;

    const Settings& settings_;
    Link& link_;
    Timer& timer_;
    const Log& log_;
    Connector connector_;
    ReconnectPolicy policy_;
    ReconnectPolicy::Step gave_up_ = ReconnectPolicy::Step::attempt;  // why retry() did
    async::Notification hurried_;
};

}  // namespace mqtts::client
