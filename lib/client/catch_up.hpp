// SPDX-License-Identifier: Apache-2.0
// Finds out whether everything has come that the server had for us. MQTT has no mark for that, so this asks with pings.
//
// A server handles packets in order: everything that it had to send before a PINGREQ comes before the PINGRESP. Only
// messages that its window of unacknowledged messages held back may come later. So after messages of QoS 1 or 2 this
// asks again, once they are acknowledged, until an answer comes without any such message before it.
#pragma once

#include "session/session.hpp"

namespace mqtts::client {

class CatchUp {
public:
    /// Which messages the server may hold back: any, or only the retained messages of a new subscription.
    enum class Awaited { all, retained };

    explicit CatchUp(Awaited awaited) noexcept : awaited_(awaited) {}

    /// Notes a message that came.
    void take(const wire::Publish& message) noexcept;

    /// Forgets the ping of the last connection: it will not be answered.
    void restart() noexcept { asked_ = false; }

    /// Returns true when nothing is missing; otherwise asks with session.ping() where needed. Call it whenever
    /// something came and was acknowledged. Precondition: the session is connected.
    [[nodiscard]] bool is_complete(session::Session& session, session::Clock::time_point now);

private:
    Awaited awaited_;
    bool asked_ = false;
    bool more_came_ = false;  // since then
};

}  // namespace mqtts::client
