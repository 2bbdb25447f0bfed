// SPDX-License-Identifier: Apache-2.0
// Has everything come that the server had for us? MQTT has no mark for that, so this asks with pings.
//
// A server takes packets in order, and answers them in order: what it had to send before a PINGREQ comes before the
// PINGRESP. Only what its window of unacknowledged messages held back may come later, so after messages of QoS 1 or 2
// it is asked again, once they are acknowledged, until an answer comes with none of them before it.
#pragma once

#include "session/session.hpp"

namespace mqtts::client {

class CatchUp {
public:
    /// Which messages the server may hold back: any, or only the retained ones of a new subscription.
    enum class Awaited { all, retained };

    explicit CatchUp(Awaited awaited) noexcept : awaited_(awaited) {}

    /// A message came.
    void take(const wire::Publish& message) noexcept;

    /// A new connection: whatever was asked will not be answered.
    void restart() noexcept { asked_ = false; }

    /// To be called whenever something came and was acknowledged; asks with session.ping() where there is need. True:
    /// nothing is missing. Precondition: the session is connected.
    [[nodiscard]] bool is_complete(session::Session& session, session::Clock::time_point now);

private:
    Awaited awaited_;
    bool asked_ = false;
    bool more_came_ = false;  // since then
};

}  // namespace mqtts::client
