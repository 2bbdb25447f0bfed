// SPDX-License-Identifier: Apache-2.0
#include "session/keep_alive.hpp"

#include <algorithm>
#include <utility>

#include "session/limits.hpp"

namespace mqtts::session {

void KeepAlive::connection_lost() noexcept {
    pings_unanswered_ = 0;
    perhaps_lost_ += std::exchange(unconfirmed_, 0);
    since_ping_ = 0;
}

Clock::time_point KeepAlive::next_ping() const noexcept {
    if (interval_.count() == 0) return Clock::time_point::max();
    return last_ping_ + interval_;
}

void KeepAlive::ping_sent(Clock::time_point now) noexcept {
    last_ping_ = now;
    if (pings_unanswered_ == 0) waiting_since_ = now;  // another ping gives a silent server no more time
    ++pings_unanswered_;
    since_ping_ = 0;
}

bool KeepAlive::ping_answered() noexcept {
    if (pings_unanswered_ == 0) return false;
    ++answered_;
    if (--pings_unanswered_ == 0) {
        confirmed_ += unconfirmed_ - since_ping_;
        unconfirmed_ = since_ping_;
    }
    if (unconfirmed_ == 0) unconfirmed_topics_.clear();
    return true;
}

Clock::time_point KeepAlive::response_deadline(Clock::time_point sign_of_life) const noexcept {
    if (interval_.count() == 0) return Clock::time_point::max();
    return std::max(waiting_since_, sign_of_life) + ping_response_time(interval_);
}

/// Counts the messages and remembers their topic: a server that closes the connection because of a message does not say
/// which.
void KeepAlive::published(std::uint64_t count, std::string_view topic_name) {
    constexpr std::size_t most = 3;
    unconfirmed_ += count;
    since_ping_ += count;
    if (!unconfirmed_topics_.empty() && unconfirmed_topics_.back() == topic_name) return;
    // Replaces the same topic, or the oldest, so that its string keeps its memory for the next one.
    auto place = std::ranges::find(unconfirmed_topics_, topic_name);
    if (place == unconfirmed_topics_.end() && unconfirmed_topics_.size() == most) place = unconfirmed_topics_.begin();
    if (place == unconfirmed_topics_.end())
        unconfirmed_topics_.emplace_back();
    else
        std::rotate(place, place + 1, unconfirmed_topics_.end());
    unconfirmed_topics_.back().assign(topic_name);
}

}  // namespace mqtts::session
