// SPDX-License-Identifier: Apache-2.0
#include "client/attendance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mqtts::client {

void Attendance::subscribed(Clock::time_point now) noexcept {
    if (!began_) since_ = now;
    began_ = true;
    end_gap(now);
}

void Attendance::lost(Clock::time_point now, bool kept) noexcept {
    if (!began_ || lost_) return;
    lost_ = now;
    if (!kept) missed_ = Missed::at_most_once;
}

void Attendance::back(Clock::time_point now, session::Kept kept) noexcept {
    if (!lost_) return;
    if (kept == session::Kept::yes) return end_gap(now);
    const Missed missed = kept == session::Kept::no ? Missed::without_session : Missed::perhaps_without_session;
    missed_ = std::max(missed_, missed);
}

void Attendance::end_gap(Clock::time_point now) noexcept {
    if (!lost_) return;
    ++count_;
    time_ += now - *std::exchange(lost_, std::nullopt);
    since_ = now;
}

std::optional<Failure> Attendance::missed() const {
    const std::string text = "messages may have been missed: " + gaps();
    switch (missed_) {
        case Missed::nothing:
            break;
        case Missed::perhaps_without_session:
            return Failure(Errc::not_matched, text + ", and perhaps the broker did not keep the session");
        case Missed::without_session:
            return Failure(Errc::not_matched, text + ", and the broker did not keep the session");
        case Missed::at_most_once:
            return Failure(Errc::not_matched, text + ", and the broker keeps nothing for a QoS 0 subscription",
                           "subscribe with -q 1");
    }
    return std::nullopt;
}

std::string Attendance::bridged() const {
    if (count_ == 0 || missed_ != Missed::nothing) return {};
    return gaps() + "; the broker kept the session with messages of QoS 1 and 2, but perhaps none of QoS 0";
}

std::string Attendance::gaps() const {
    const double seconds = std::chrono::duration<double>(time_).count();
    if (count_ == 0) return "the connection was lost";
    if (count_ == 1) return fmt::format("the connection was lost for {:.1f} s", seconds);
    return fmt::format("the connection was lost {} times, for {:.1f} s in all", count_, seconds);
}

}  // namespace mqtts::client
