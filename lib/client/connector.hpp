// SPDX-License-Identifier: Apache-2.0
// One attempt to get the session a connection: at each endpoint in turn, in an older version of MQTT where the server
// does not speak ours, and once more without what was sent early where the server cannot bear that.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "client/link.hpp"
#include "client/settings.hpp"
#include "client/timer.hpp"
#include "client/unanswered.hpp"
#include "log/log.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class Connector {
public:
    /// All must outlive the connector. `opened` is called before CONNECT leaves: what is put into the session's output
    /// then, or by the coroutines that it wakes, leaves with it.
    Connector(const Settings& settings, Link& link, session::Session& session, Timer& timer, const Log& log,
              std::function<void()> opened);

    /// Until CONNACK has accepted us. Precondition: drop() since the last one; no loop uses the link.
    Awaitable<Result<session::Connected>> attempt();
    /// Gives the connection up. What is not acknowledged stays in the session.
    void drop() noexcept;

    /// The failure of an attempt, unless what could not be had without MQTT 5 explains it better.
    [[nodiscard]] Failure missing_version(Failure failure) const;
    void warn_of_early() const;

    /// What it may mean that CONNECT has no answer yet, to stand behind "waiting for CONNACK"; empty: nothing so soon.
    [[nodiscard]] std::string silence_so_far() const;

private:
    using Clock = session::Clock;

    Awaitable<Result<session::Connected>> attempt_in_turn();
    Awaitable<Result<session::Connected>> attempt_at(const net::Endpoint& endpoint, Clock::duration limit);
    Awaitable<Result<session::Connected>> attempt_explained(const net::Endpoint& endpoint, Clock::duration limit);
    Awaitable<Result<session::Connected>> attempt_with_fallback(const net::Endpoint& endpoint, Clock::duration limit);
    /// Up to the moment `silent_until` the server may leave CONNECT without an answer.
    Awaitable<Result<session::Connected>> attempt_once(const net::Endpoint& endpoint, Clock::time_point silent_until);
    Awaitable<Result<session::Connected>> attempt_early(const net::Endpoint& endpoint, Clock::time_point early_until,
                                                        Clock::time_point silent_until);
    Awaitable<Result<>> await_answer(Clock::time_point silent_until);
    Awaitable<Result<session::Connected>> await_connack(Clock::time_point silent_until);
    Failure refuse_tongue(std::string_view first_bytes);
    [[nodiscard]] bool can_fall_back() const noexcept;
    [[nodiscard]] bool has_credentials() const noexcept;
    [[nodiscard]] bool is_other_version(Errc error) const noexcept;
    [[nodiscard]] Unanswered what_was_sent() const;
    [[nodiscard]] Result<session::Connected> answer_to(const session::Event& event) const;

    const Settings& settings_;
    Link& link_;
    session::Session& session_;
    Timer& timer_;
    const Log& log_;
    std::function<void()> opened_;
    bool asked_ = false;  // CONNECT of the last attempt could leave
    Clock::time_point asked_at_{};
    bool silent_ = false;  // and got no answer in time
    bool connected_before_ = false;
};

}  // namespace mqtts::client
