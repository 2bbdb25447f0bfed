// SPDX-License-Identifier: Apache-2.0
// Makes one attempt to connect the session: tries each endpoint in turn, an older version of MQTT if the server does
// not speak ours, and a connection without early packets if the server cannot handle them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "client/authentication.hpp"
#include "client/link.hpp"
#include "client/settings.hpp"
#include "client/timer.hpp"
#include "client/unanswered.hpp"
#include "log/log.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class Connector {
public:
    /// All must outlive the connector. `authentication` may be null. `opened` is called before CONNECT leaves:
    /// everything put into the session's output by it, or by the coroutines that it wakes, leaves with CONNECT.
    Connector(const Settings& settings, Link& link, session::Session& session, Authentication* authentication,
              Timer& timer, const Log& log, std::function<void()> opened);

    /// Tries until CONNACK has accepted us. Precondition: drop() since the last attempt; no loop uses the link.
    Awaitable<Result<session::Connected>> attempt();
    /// Gives the connection up. Unacknowledged messages stay in the session.
    void drop() noexcept;

    /// Returns the messages that the limits of a server forbade which then did not prove itself: nothing has told of
    /// them yet. No attempt follows such a server.
    [[nodiscard]] const session::InFlight::GivenUp& given_up() const noexcept { return given_up_; }
    /// Returns the failure of an attempt, or one that says that MQTT 5 is needed, if that explains it better.
    [[nodiscard]] Failure missing_version(Failure failure) const;
    void warn_of_early() const;

    /// Adds to a timeout what it may mean that CONNECT has no answer yet. Before a second has passed, it means nothing.
    [[nodiscard]] Failure explain_silence(Failure timeout) const;

private:
    using Clock = session::Clock;

    Awaitable<Result<session::Connected>> attempt_in_turn();
    Awaitable<Result<session::Connected>> attempt_at(const net::Endpoint& endpoint, Clock::duration limit);
    Awaitable<Result<session::Connected>> attempt_explained(const net::Endpoint& endpoint, Clock::duration limit);
    Awaitable<Result<session::Connected>> attempt_with_fallback(const net::Endpoint& endpoint, Clock::duration limit);
    /// Makes one attempt. The server may leave CONNECT unanswered until `silent_until`.
    Awaitable<Result<session::Connected>> attempt_once(const net::Endpoint& endpoint, Clock::time_point silent_until);
    Awaitable<Result<session::Connected>> attempt_early(const net::Endpoint& endpoint, Clock::time_point early_until,
                                                        Clock::time_point silent_until);
    Awaitable<Result<>> await_answer(Clock::time_point silent_until);
    Awaitable<Result<session::Connected>> await_connack(Clock::time_point silent_until);
    Failure refuse_tongue(std::string_view first_bytes);
    void warn_of_failover(const Failure& failed) const;
    [[nodiscard]] bool heard_nothing() const noexcept;
    [[nodiscard]] bool can_fall_back() const noexcept;
    [[nodiscard]] bool has_credentials() const noexcept;
    [[nodiscard]] bool is_other_version(Errc error) const noexcept;
    [[nodiscard]] Unanswered what_was_sent() const;
    [[nodiscard]] Result<session::Connected> answer_to(const session::Event& event);
    [[nodiscard]] Result<session::Connected> accepted(session::Connected connected);

    const Settings& settings_;
    Link& link_;
    session::Session& session_;
    Authentication* const authentication_;
    Timer& timer_;
    const Log& log_;
    std::function<void()> opened_;
    bool asked_ = false;            // CONNECT of the last attempt could leave
    Clock::time_point asked_at_{};  // when it could
    bool silent_ = false;           // it got no answer in time
    std::uint64_t heard_before_{};  // packets, on earlier connections
    bool connected_before_ = false;
    session::InFlight::GivenUp given_up_;
};

}  // namespace mqtts::client
