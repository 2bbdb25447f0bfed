#include "session/open_pubrecs.hpp"

namespace mqtts::session {

bool OpenPubrecs::open(wire::PacketIdentifier identifier) {
    if (open_[identifier]) return true;
    if (waiting_[identifier]) return false;
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
    waiting_.reset(identifier);
    open_now(identifier);
    return identifier;
}

void OpenPubrecs::open_now(wire::PacketIdentifier identifier) noexcept {
    open_.set(identifier);
    ++count_;
}

void OpenPubrecs::release(wire::PacketIdentifier identifier) noexcept {
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
