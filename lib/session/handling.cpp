// SPDX-License-Identifier: Apache-2.0
#include "session/handling.hpp"

#include <utility>

namespace mqtts::session {

void Handling::add(const wire::Publish& message) {
    forget_handled(message.packet_identifier);
    messages_.push_back(
        {.packet_identifier = message.packet_identifier, .qos = message.qos, .content = content_of(message)});
    note_received(message, false);
}

/// Without DUP it is another message: the server has given the identifier away again, so it does not wait for the
/// acknowledgement of the old one any more.
bool Handling::take_again(const wire::Publish& message) {
    const auto known = std::ranges::find_if(messages_, [&](const Message& one) { return is(one, message); });
    if (known == messages_.end()) return false;
    const bool same = is_same(*known, message);
    if (!same && !known->here) known->packet_identifier = 0;
    if (same && !std::exchange(known->here, true)) note_received(message, false);
    return same;
}

bool Handling::take_handled(const wire::Publish& message) {
    if (!was_handled(message)) return false;
    forget_handled(message.packet_identifier);
    note_received(message, true);
    return true;
}

bool Handling::knows(const wire::Publish& message) const noexcept {
    return was_handled(message) ||
           std::ranges::any_of(messages_, [&](const Message& known) { return is_same(known, message); });
}

void Handling::note_received(const wire::Publish& message, bool is_handled) {
    if (message.packet_identifier != 0) received_.push_back({message.packet_identifier, message.qos, is_handled});
}

void Handling::handled(std::uint64_t total) {
    for (; finished_ < total && !messages_.empty(); ++finished_) {
        const Message message = messages_.front();
        messages_.pop_front();
        if (message.packet_identifier == 0) continue;
        const auto received = std::ranges::find_if(received_, [&](const Received& one) {
            return !one.is_handled && one.packet_identifier == message.packet_identifier && one.qos == message.qos;
        });
        if (message.here && received != received_.end())
            received->is_handled = true;
        else if (message.qos == wire::Qos::at_least_once)
            handled_elsewhere_.push_back({message.packet_identifier, message.content});
    }
}

std::deque<Handling::Message> Handling::give_back() noexcept {
    std::erase_if(received_, [](const Received& one) { return !one.is_handled; });
    return std::exchange(messages_, {});
}

void Handling::connection_lost() noexcept {
    for (Message& message : messages_)
        message.here = false;
    received_.clear();
}

void Handling::session_lost() noexcept {
    for (Message& message : messages_)
        message.packet_identifier = 0;
    handled_elsewhere_.clear();
}

}  // namespace mqtts::session
