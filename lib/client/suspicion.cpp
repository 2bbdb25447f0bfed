// SPDX-License-Identifier: Apache-2.0
#include "client/suspicion.hpp"

#include <algorithm>
#include <utility>

namespace mqtts::client {

namespace {

/// How long to be quiet: time for a program that takes over our Client Identifier, or a link that breaks by itself.
constexpr std::chrono::milliseconds shortest_quiet{250};
constexpr std::chrono::seconds longest_quiet{30};

}  // namespace

std::optional<Suspicion::Packet> Suspicion::ended(End end) {
    const Care was = std::exchange(care_, Care::none);
    if (!end.closed) {
        last_.reset();
        return std::nullopt;
    }
    if (was == Care::alone && end.out == suspect_) {
        last_.reset();
        return suspect_;
    }
    if (was != Care::none && end.careful) {
        care_ = end.out ? Care::alone : Care::one_by_one;
        if (end.out) suspect_ = *std::move(end.out);
        quiet_ = std::clamp<Duration>(2 * end.waited, shortest_quiet, longest_quiet);
        return std::nullopt;
    }
    if (same_again(end)) care_ = Care::one_by_one;
    last_ = std::move(end);
    return std::nullopt;
}

/// Tells whether something is still unanswered that was unanswered when the last connection ended. Not just the first
/// packet: a server answers some of the packets before it closes the connection, and some of these answers are lost.
bool Suspicion::same_again(const End& end) const {
    if (!last_) return false;
    if (std::max(end.first, last_->first) < std::min(end.next, last_->next)) return true;
    return std::ranges::any_of(end.topic_filters, [&](const std::string& filter) {
        return std::ranges::find(last_->topic_filters, filter) != last_->topic_filters.end();
    });
}

}  // namespace mqtts::client
