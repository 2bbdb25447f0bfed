// SPDX-License-Identifier: Apache-2.0
// Drives enhanced authentication over a connection: a mechanism of lib/auth says what, the session sends it.
//
//     begin() ──► CONNECT      AUTH 0x18 ──► answer()      CONNACK ──► conclude()          the connector
//     AUTH ──► take()          keep() re-authenticates                                     a conversation
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "async/notification.hpp"
#include "auth/mechanism.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "client/link.hpp"
#include "client/timer.hpp"
#include "log/log.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class Authentication {
public:
    /// All but `settings` must outlive it. Precondition: the settings name a method, and the session's settings do.
    Authentication(const boost::asio::any_io_executor& executor, const auth::Settings& settings,
                   session::Session& session, const Link& link, Timer& timer, const Log& log);

    /// Begins on a new connection, and returns the Authentication Data of CONNECT.
    [[nodiscard]] Secret begin();
    /// Puts the answer to a challenge into the session's output. It may take seconds, but lets others run.
    Awaitable<Result<>> answer(std::string_view challenge);
    /// Takes the data of CONNACK, which has accepted us. After a failure nothing leaves any more but DISCONNECT.
    [[nodiscard]] Result<> conclude(std::string_view data);

    /// Takes AUTH on a connection that is accepted. Fails as the mechanism does.
    [[nodiscard]] Result<> take(const session::Challenged& challenged);
    /// Re-authenticates when the server asks for it, and when the mechanism has new data. `flush` sends the session's
    /// output. Never ends by itself, except with a failure; a branch of a race.
    Awaitable<Result<>> keep(std::function<void()> flush);

private:
    [[nodiscard]] Secret first();
    Awaitable<Result<>> wait();
    Awaitable<> work();
    void begin_again(const std::function<void()>& flush);
    [[nodiscard]] bool has_new_data();
    void warn(std::string text);
    [[nodiscard]] std::string not_taken(std::string_view what) const;
    void debug(std::string_view what) const;
    [[nodiscard]] Failure named(const Failure& failure) const;

    const std::string method_;
    const std::unique_ptr<auth::Mechanism> mechanism_;
    session::Session& session_;
    const Link& link_;
    Timer& timer_;
    const Log& log_;
    async::Notification wanted_;  // wakes keep()
    bool is_challenged_ = false;  // it has an answer to make
    bool is_asked_ = false;       // the server wants us to re-authenticate
    std::string told_;            // the last warning
};

}  // namespace mqtts::client
