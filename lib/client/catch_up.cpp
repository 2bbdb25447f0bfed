// SPDX-License-Identifier: Apache-2.0
#include "client/catch_up.hpp"

namespace mqtts::client {

void CatchUp::take(const wire::Publish& message) noexcept {
    const bool was_awaited = awaited_ == Awaited::all || message.retain;
    if (was_awaited && message.qos != wire::Qos::at_most_once) more_came_ = true;
}

bool CatchUp::is_complete(session::Session& session, session::Clock::time_point now) {
    if (session.keep_alive().awaiting_pingresp() || !session.all_acknowledged()) return false;
    if (asked_ && !more_came_) return true;
    asked_ = true;
    more_came_ = false;
    session.ping(now);
    return false;
}

}  // namespace mqtts::client
