// SPDX-License-Identifier: Apache-2.0
#include "session/handling.hpp"

#include <utility>

namespace mqtts::session {

/// Without DUP it is another message: the server has given the identifier away again, so it does not wait for the
/// acknowledgement of the old one any more.
bool Handling::take_again(const wire::Publish& message) noexcept {
    const auto known = std::ranges::find_if(messages_, [&](const Message& one) { return is(one, message); });
    if (known == messages_.end()) return false;
    const bool same = message.dup;
    if (!same && !known->here) known->packet_identifier = 0;
    if (same && !std::exchange(known->here, true) && known->qos == wire::Qos::at_least_once) ++qos_1_here_;
    return same;
}

std::deque<Handling::Message> Handling::give_back() noexcept {
    qos_1_here_ = 0;
    return std::exchange(messages_, {});
}

void Handling::connection_lost() noexcept {
    for (Message& message : messages_)
        message.here = false;
    qos_1_here_ = 0;
}

void Handling::session_lost() noexcept {
    for (Message& message : messages_)
        message.packet_identifier = 0;
    handled_elsewhere_.clear();
}

}  // namespace mqtts::session
