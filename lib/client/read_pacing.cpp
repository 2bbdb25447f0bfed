// SPDX-License-Identifier: Apache-2.0
#include "client/read_pacing.hpp"

#include <algorithm>

namespace mqtts::client {

namespace {

using Duration = ReadPacing::Duration;

constexpr std::uint64_t pauses_to_compare = 16;
constexpr std::uint64_t comparisons_of_ceiling = 32;  // then a longer pause is tried again
constexpr double noise = 0.85;                        // of a rate, from other processes

Duration longest(const ReadPacing::Read& read) noexcept {
    return read.window != 0 ? ReadPacing::longest_in_window : ReadPacing::longest_pause;
}

}  // namespace

ReadPacing::ReadPacing(Duration round_trip, Mode mode) noexcept
    : mode_(mode),
      farthest_(round_trip < far_away ? longest_pause : round_trip / 25),
      pause_(mode == Mode::always ? longest_in_window : Duration{}) {
    if (mode == Mode::adaptive && farthest_ < shortest_pause) mode_ = Mode::never;
}

void ReadPacing::Run::add(const Read& read) noexcept {
    until = read.at;
    packets += read.packets;
    ++reads;
}

double ReadPacing::Run::rate() const noexcept {
    return static_cast<double>(packets) / static_cast<double>(std::max<std::int64_t>(1, (until - since).count()));
}

void ReadPacing::took(const Read& read) noexcept {
    if (mode_ != Mode::adaptive) return;
    if (pause_ == Duration{})
        watch(read);
    else if (read.waited > over)
        stop();
    else if (read.paused)
        judge(read);
}

/// Finds out whether the packets are a stream.
void ReadPacing::watch(const Read& read) noexcept {
    const bool begins = run_.reads == 0 || read.waited > over;
    if (begins) run_.begin(read.at);
    run_.add(begins ? Read{.at = read.at} : read);  // what came first did not take this time
    if (run_.packets < std::min(needed_, shortest_run)) return;
    if (run_.packets < needed_ && run_.until - run_.since < longest_watch) return;
    const Duration distance = (run_.until - run_.since) / static_cast<std::int64_t>(run_.packets);
    if (distance > dense || read.bytes >= large) return run_.begin(read.at);
    ceiling_ = std::min(longest(read), farthest_);
    pause_ = std::clamp(std::max(4 * distance, proven_), std::min(2 * shortest_pause, ceiling_), ceiling_);
    paused_.begin(read.at);
    good_ = 0;
}

/// Decides whether the pause is worth it, and how long the next one is.
void ReadPacing::judge(const Read& read) noexcept {
    paused_.add(read);
    if (good_ == 0 && paused_.reads == 2 && paused_.packets < 4) return fail();
    if (paused_.reads < pauses_to_compare) return;
    const Run run = paused_;
    paused_.begin(read.at);
    if (run.packets < 2 * run.reads) return fail();
    const bool runs_dry = read.window != 0 && 4 * run.packets > 3 * read.window * run.reads;
    if (run.rate() < noise * run_.rate() || runs_dry || read.bytes >= large) return shorten();
    needed_ = known_run;
    proven_ = pause_;
    if (++good_ % comparisons_of_ceiling == 0) ceiling_ = std::min(longest(read), farthest_);
    pause_ = std::min(ceiling_, pause_ + pause_ / 2);
}

void ReadPacing::shorten() noexcept {
    pause_ = pause_ * 2 / 3;
    ceiling_ = pause_;
    if (pause_ < shortest_pause) fail();
}

/// Stops pausing: the stream is over, or has paused itself.
void ReadPacing::stop() noexcept {
    pause_ = {};
    run_ = {};
}

/// Ends the trial: pauses do no good to this stream, or there is no stream.
void ReadPacing::fail() noexcept {
    needed_ = std::clamp(4 * needed_, shortest_run, longest_run);
    proven_ = {};
    stop();
}

}  // namespace mqtts::client
