#include "session/open_pubrecs.hpp"

namespace mqtts::session {

bool OpenPubrecs::open(wire::PacketIdentifier identifier) {
    if (waiting_[identifier] && open_[identifier]) {  // see release(): what waits serves this message
        open_.reset(identifier);
        return false;
    }
    if (open_[identifier] || waiting() >= most_waiting) return true;
    if (count_ < most && first_ == queue_.size()) {
        open_now(identifier);
        return true;
    }
    waiting_.set(identifier);
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
    if (waiting_[identifier]) open_.reset(identifier);  // see release()
    waiting_.reset(identifier);
    open_now(identifier);
    return identifier;
}

void OpenPubrecs::open_now(wire::PacketIdentifier identifier) noexcept {
    if (open_[identifier]) return;
    open_.set(identifier);
    ++count_;
}

/// A server that does not wait for PUBREC may send PUBREL while it waits, and then the next message with the
/// identifier: one that is both waiting and open was released.
void OpenPubrecs::release(wire::PacketIdentifier identifier) noexcept {
    if (waiting_[identifier]) {
        open_.set(identifier);
        return;
    }
    if (!open_[identifier]) return;
    open_.reset(identifier);
    --count_;
}

void OpenPubrecs::clear() noexcept {
    open_.reset();
    waiting_.reset();
    queue_.clear();
    first_ = 0;
    count_ = 0;
}

}  // namespace mqtts::session
