// SPDX-License-Identifier: Apache-2.0
// How a session gets its connections: the first one, and another for each that is lost, for as long as the settings
// allow to try. Each loss and each recovery is told in one line.
//
//   connect() ──► attempt ──► CONNACK                       reconnect() ──► wait ──► attempt ──► CONNACK
//                    │                                                       ▲          │
//                    └► what retrying cannot cure                            └──────────┘ what retrying can cure
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "async/notification.hpp"
#include "async/race.hpp"
#include "base/error.hpp"
#include "client/connection.hpp"
#include "client/reconnect_policy.hpp"
#include "client/settings.hpp"
#include "log/log.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class Connector {
public:
    /// All must outlive the connector. `opened` is called before CONNECT leaves: what is put into the session's output
    /// then, or by the coroutines that it wakes, leaves with it.
    Connector(const boost::asio::any_io_executor& executor, const Settings& settings, Connection& connection,
              session::Session& session, const Log& log, std::function<void()> opened);

    /// The first connection, accepted by CONNACK.
    Awaitable<Result<session::Connected>> connect();
    /// The next connection, after one that `loss` ended, as `end` describes. Failure: retrying cannot cure it, or was
    /// given up. Precondition: connect() succeeded, then drop(); no loop uses the connection.
    Awaitable<Result<session::Connected>> reconnect(Failure loss, const ReconnectPolicy::End& end);
    /// The same, the first attempt at once, after a connection whose server does not take what was sent early.
    Awaitable<Result<session::Connected>> connect_patiently(const Failure& loss, const ReconnectPolicy::End& end);
    /// Gives the connection up. What is not acknowledged stays in the session.
    void drop() noexcept;

    /// Until hurry() no attempt is the last one, as long as retrying can cure it. What the settings allow counts from
    /// then on.
    void take_time() noexcept { unhurried_ = true; }
    void hurry();

private:
    using Clock = session::Clock;

    Awaitable<Result<session::Connected>> retry(Failure failure, Clock::time_point deadline);
    Awaitable<Result<session::Connected>> attempt();
    Awaitable<Result<session::Connected>> attempt_at(const net::Endpoint& endpoint, Clock::duration limit);
    Awaitable<Result<session::Connected>> attempt_with_fallback(const net::Endpoint& endpoint, Clock::duration limit);
    /// Up to the moment `silent_until` the server may leave CONNECT without an answer.
    Awaitable<Result<session::Connected>> attempt_once(const net::Endpoint& endpoint, Clock::time_point silent_until);
    Awaitable<Result<session::Connected>> attempt_early(const net::Endpoint& endpoint, Clock::time_point early_until,
                                                        Clock::time_point silent_until);
    Awaitable<Result<>> await_answer(Clock::time_point silent_until);
    [[nodiscard]] bool can_fall_back() const noexcept;
    [[nodiscard]] bool has_credentials() const noexcept;
    [[nodiscard]] bool is_other_version(Errc error) const noexcept;
    [[nodiscard]] std::string possible_causes() const;
    [[nodiscard]] Failure missing_version(Failure failure) const;
    void warn_of_early() const;
    void warn_of_takeover();
    [[nodiscard]] std::string consequence(const session::Connected& connected) const;
    [[nodiscard]] Result<session::Connected> answer(const session::Event& event) const;

    const Settings& settings_;
    Connection& connection_;
    session::Session& session_;
    const Log& log_;
    std::function<void()> opened_;
    ReconnectPolicy policy_;
    bool silent_ = false;  // CONNECT of the last attempt got no answer in time
    bool connected_before_ = false;
    bool unhurried_ = false;
    Clock::time_point earliest_end_;  // of the attempts
    async::Notification hurried_;
};

}  // namespace mqtts::client
