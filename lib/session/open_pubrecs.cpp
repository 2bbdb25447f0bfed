// SPDX-License-Identifier: Apache-2.0
#include "session/open_pubrecs.hpp"

namespace mqtts::session {

bool OpenPubrecs::open_again(wire::PacketIdentifier identifier) {
    std::uint8_t& state = state_[identifier];
    if (state == (is_open | is_waiting)) {  // see release(): what waits serves this message
        state = is_waiting;
        return false;
    }
    if ((state & is_open) != 0 || waiting() >= most_waiting) return true;
    return wait(identifier);
}

bool OpenPubrecs::wait(wire::PacketIdentifier identifier) {
    state_[identifier] |= is_waiting;
    queue_.push_back(identifier);
    return false;
}

std::optional<wire::PacketIdentifier> OpenPubrecs::next() {
    if (count_ == most || first_ == queue_.size()) return {};
    const wire::PacketIdentifier identifier = queue_[first_++];
    if (first_ * 2 >= queue_.size()) {  // at most every other one is moved
        queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(first_));
        first_ = 0;
    }
    // One with a second message in the queue is open already, and then no longer waiting.
    if (state_[identifier] != is_open) ++count_;
    state_[identifier] = is_open;
    return identifier;
}

void OpenPubrecs::clear() noexcept {
    if (count_ == 0 && waiting() == 0) return;  // so every state is 0, and all of them are a lot to touch
    state_.fill(0);
    queue_.clear();
    first_ = 0;
    count_ = 0;
}

}  // namespace mqtts::session
