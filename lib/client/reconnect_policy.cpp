// SPDX-License-Identifier: Apache-2.0
#include "client/reconnect_policy.hpp"

#include <algorithm>

namespace mqtts::client {

namespace {

/// How far two silences may differ and still be one limit: our own clock, and the way of the end to us, are a little
/// inexact.
ReconnectPolicy::Clock::duration tolerance(ReconnectPolicy::Clock::duration silence) noexcept {
    return std::chrono::milliseconds(500) + silence / 50;
}

}  // namespace

void ReconnectPolicy::ended(Clock::time_point now, const End& end) noexcept {
    const auto lived = now - connected_at_;
    const bool lasted = lived >= long_life || end.acknowledged || end.refused || (end.delivered && lived >= short_life);
    if (lasted) backoff_.reset();
    without_since_ = lasted ? now : std::min(without_since_, now);
    deadline_ = without_since_ + allowed_.again;
    wanted_ = allowed_.again.count() != 0 || unhurried_;
    const bool is_short = end.closed && !end.explained && lived < short_life;
    short_lived_ = is_short ? short_lived_ + 1 : 0;
    const bool idle = end.closed && !end.explained && end.silence >= shortest_idle;
    const bool same =
        idle && last_idle_.count() != 0 && std::chrono::abs(end.silence - last_idle_) <= tolerance(end.silence);
    cut_ = same ? std::optional(end.silence) : std::nullopt;
    last_idle_ = idle ? end.silence : Clock::duration{};
}

ReconnectPolicy::Next ReconnectPolicy::failed(Clock::time_point now, Errc error) {
    if (!retry_can_cure(error)) return {.step = Step::hopeless};
    if (!wanted_) return {.step = Step::not_wanted};
    if (now >= last_attempt()) return {.step = Step::out_of_time};
    return {.step = Step::attempt, .at = now + backoff_.next()};
}

ReconnectPolicy::Clock::time_point ReconnectPolicy::last_attempt() const noexcept {
    return unhurried_ ? Clock::time_point::max() : std::max(deadline_, earliest_end_);
}

void ReconnectPolicy::hurry(Clock::time_point now) noexcept {
    unhurried_ = false;
    earliest_end_ = now + allowed_.again;
}

bool ReconnectPolicy::looks_taken_over() noexcept {
    if (told_ || short_lived_ < most_short_lives) return false;
    told_ = true;
    return true;
}

std::optional<ReconnectPolicy::Clock::duration> ReconnectPolicy::idle_cut() noexcept {
    if (cut_told_ || !cut_) return std::nullopt;
    cut_told_ = true;
    return cut_;
}

}  // namespace mqtts::client
