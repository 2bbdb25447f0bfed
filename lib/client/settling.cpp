// SPDX-License-Identifier: Apache-2.0
#include "client/settling.hpp"

#include <algorithm>
#include <utility>

namespace mqtts::client {

void Settling::pause(Clock::time_point now) noexcept {
    if (quiet_since_) quiet_ += now - *std::exchange(quiet_since_, std::nullopt);
    next_ = Clock::time_point::max();
}

bool Settling::is_over(session::Session& session, bool acknowledged, Clock::time_point now) {
    pause(now);
    if (std::exchange(came_, false)) {
        quiet_ = {};
        measured_ = false;
        if (step_ == Step::measuring || step_ == Step::confirming) step_ = Step::settling;
    }
    const bool at_rest = acknowledged && session.all_acknowledged();
    if (at_rest) quiet_since_ = now;
    if (session.keep_alive().awaiting_pingresp()) return false;
    if (asked_at_) {
        const Clock::duration taken = now - *std::exchange(asked_at_, std::nullopt);
        round_trip_ = std::min(round_trip_.value_or(taken), taken);
    }
    return settle(session, at_rest, now);
}

/// Goes on when every ping is answered.
bool Settling::settle(session::Session& session, bool at_rest, Clock::time_point now) {
    switch (step_) {
        case Step::start:
            ask(session, Step::asking, now);
            return false;
        case Step::asking:
            quiet_ = {};
            break;
        case Step::measuring:
            measured_ = true;
            break;
        case Step::confirming:
            return at_rest;
        case Step::settling:
            break;
    }
    step_ = Step::settling;
    if (!at_rest) return false;
    // A ping behind much traffic took longer than a round trip. So before waiting longer than the shortest time,
    // measure one with nothing ahead of it.
    const Clock::duration needed = quiet_ < shortest() ? shortest() : settling_time();
    if (quiet_ >= needed)
        ask(session, Step::confirming, now);
    else if (needed > shortest() && !measured_)
        ask(session, Step::measuring, now);
    else
        next_ = now + (needed - quiet_);
    return false;
}

void Settling::ask(session::Session& session, Step step, Clock::time_point now) {
    step_ = step;
    asked_at_ = now;
    session.ping(now);
}

Settling::Clock::duration Settling::settling_time() const noexcept {
    if (given_) return *given_;
    return std::max<Clock::duration>(least, round_trips * round_trip_.value_or(Clock::duration::zero()));
}

}  // namespace mqtts::client
