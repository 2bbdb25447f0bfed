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

#include "base/error.hpp"
#include "base/log.hpp"
#include "client/connection.hpp"
#include "client/notification.hpp"
#include "client/race.hpp"
#include "client/retry.hpp"
#include "client/settings.hpp"
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
    /// The next connection, after one that `loss` ended. Failure: retrying cannot cure it, or was given up.
    /// Precondition: connect() succeeded, then drop(); no loop uses the connection.
    Awaitable<Result<session::Connected>> reconnect(Failure loss);
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
    Awaitable<Result<session::Connected>> attempt_at(const transport::Endpoint& endpoint, Clock::duration limit);
    Awaitable<Result<session::Connected>> attempt_with_fallback(const transport::Endpoint& endpoint);
    Awaitable<Result<session::Connected>> attempt_once(const transport::Endpoint& endpoint);
    Awaitable<Result<session::Connected>> attempt_patiently(const transport::Endpoint& endpoint);
    [[nodiscard]] bool should_fall_back(Errc error) const noexcept;
    [[nodiscard]] bool server_tells_takeover() const noexcept;
    [[nodiscard]] std::string consequence(const session::Connected& connected) const;
    [[nodiscard]] Result<session::Connected> answer(const session::Event& event) const;

    const Settings& settings_;
    Connection& connection_;
    session::Session& session_;
    const Log& log_;
    std::function<void()> opened_;
    Backoff backoff_;
    std::optional<Clock::time_point> lost_;  // the last connection on which the server served us
    Clock::time_point connected_at_;
    bool connected_before_ = false;
    bool unhurried_ = false;
    Clock::time_point earliest_end_;  // of the attempts
    Notification hurried_;
};

}  // namespace mqtts::client
