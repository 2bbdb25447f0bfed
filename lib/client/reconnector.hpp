// SPDX-License-Identifier: Apache-2.0
// Gets a session its connections: the first one, and another for each that is lost, as ReconnectPolicy says. Tells each
// loss and each recovery in one line.
//
//   connect() ──► attempt ──► CONNACK                       reconnect() ──► wait ──► attempt ──► CONNACK
//                    │                                                       ▲          │
//                    └► what retrying cannot cure                            └──────────┘ what retrying can cure
#pragma once

#include <functional>
#include <string>
#include <utility>

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
    /// Takes the same as Connector.
    Reconnector(const boost::asio::any_io_executor& executor, const Settings& settings, Link& link,
                session::Session& session, Authentication* authentication, Timer& timer, const Log& log,
                std::function<void()> opened);

    /// Makes the first connection, accepted by CONNACK.
    Awaitable<Result<session::Connected>> connect();
    /// Makes the next connection after one that `loss` ended, as `end` describes. Fails when retrying cannot cure it or
    /// was given up. Precondition: connect() succeeded, the connection was dropped; no loop uses the link.
    Awaitable<Result<session::Connected>> reconnect(Failure loss, const ReconnectPolicy::End& end);
    /// Does the same with the first attempt at once, after a connection whose server did not accept early packets.
    Awaitable<Result<session::Connected>> connect_patiently(const Failure& loss, const ReconnectPolicy::End& end);

    /// See ReconnectPolicy.
    void take_time() noexcept { policy_.take_time(); }
    void hurry();

    /// See Connector.
    [[nodiscard]] const session::InFlight::GivenUp& given_up() const noexcept { return connector_.given_up(); }
    [[nodiscard]] Failure explain_silence(Failure timeout) const {
        return connector_.explain_silence(std::move(timeout));
    }

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
