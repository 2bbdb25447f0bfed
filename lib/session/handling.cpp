// SPDX-License-Identifier: Apache-2.0
#include "session/handling.hpp"

#include <utility>

namespace mqtts::session {

/// Without DUP it is another message: the server has given the identifier away again, so it does not wait for the
/// acknowledgement of the old one any more.
bool Handling::take_again(const wire::Publish& message) noexcept {
    const auto known = std::ranges::find_if(messages_, [&](const Message& one) { return is(one, message); });
    if (known == messages_.end()) return false;
    const bool same = is_same(*known, message);
    if (!same && !known->here) known->packet_identifier = 0;
    if (same) known->here = true;
    return same;
}

std::deque<Handling::Message> Handling::give_back() noexcept {
    return std::exchange(messages_, {});
}

void Handling::connection_lost() noexcept {
    for (Message& message : messages_)
        message.here = false;
}

void Handling::session_lost() noexcept {
    for (Message& message : messages_)
        message.packet_identifier = 0;
    handled_elsewhere_.clear();
}

}  // namespace mqtts::session
