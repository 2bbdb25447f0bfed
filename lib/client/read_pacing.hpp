// SPDX-License-Identifier: Apache-2.0
// Decides how long to leave arriving bytes in the kernel, so that one read brings many packets.
//
// A broker may send each message and each acknowledgement as a TLS record and a segment of its own. Reading each of
// them at once costs a wake-up, a read and an answer each. Network cards had the same problem and moderate their
// interrupts: under a stream they wait a little and then report everything that has come. So does this.
//
//     watch: each packet is read at once
//       │  ▲
//       │  └── nothing came for a while; or pauses bring little, or make the stream slower: the next run must be longer
//       ▼
//     a dense run of packets: pause, read all that came, pause, …
//
// Every few pauses their rate is compared with the rate without pauses: longer pauses are tried as long as the stream
// does not get slower. This also detects a window that runs dry while we pause, and the number of packets that one
// pause brings detects it before that. A message now and then, a conversation in turn and a short burst make no dense
// run; or two pauses that bring nothing end the trial, and the next one takes four times as long to come.
//
// Far away, one window may take a round trip, and a pause in it would make that longer: there a pause is a small part
// of a round trip.
//
// No I/O; time is a parameter.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace mqtts::client {

class ReadPacing {
public:
    using Clock = std::chrono::steady_clock;
    using Duration = Clock::duration;

    static constexpr Duration dense = std::chrono::microseconds(100);          // from packet to packet, on average
    static constexpr Duration over = std::chrono::milliseconds(1);             // nothing came: no stream
    static constexpr Duration longest_pause = std::chrono::microseconds(300);  // of a client that only receives
    static constexpr Duration longest_in_window = std::chrono::microseconds(100);
    static constexpr Duration shortest_pause = std::chrono::microseconds(20);  // a shorter one costs more than it saves
    static constexpr Duration far_away = std::chrono::microseconds(300);
    static constexpr std::uint64_t shortest_run = 64;  // packets
    static constexpr std::uint64_t known_run = 16;     // of a known stream: a busy server stops and goes on
    static constexpr std::uint64_t longest_run = 1 << 20;
    static constexpr Duration longest_watch = std::chrono::milliseconds(400);  // of a stream; then it is tried again
    static constexpr std::size_t large = std::size_t{16} * 1024;  // bytes: a read of this size needs no help

    enum class Mode : std::uint8_t { adaptive, always, never };
    /// `round_trip`: the time to the server and back.
    explicit ReadPacing(Duration round_trip, Mode mode = Mode::adaptive) noexcept;

    struct Read {
        Clock::time_point at;       // it was complete
        Duration waited{};          // for its first byte, behind the pause; 0: it was there already
        std::uint64_t packets = 0;  // that it brought
        std::size_t bytes = 0;
        bool paused = false;       // before
        std::uint64_t window = 0;  // how many packets come, at most, before we have to send something; 0: any number
    };
    void took(const Read& read) noexcept;

    /// Returns how long to pause before the next read; pausing is optional.
    [[nodiscard]] Duration pause() const noexcept { return pause_; }

private:
    /// A count of packets and the time that they took.
    struct Run {
        Clock::time_point since;
        Clock::time_point until;
        std::uint64_t packets = 0;
        std::uint64_t reads = 0;

        void begin(Clock::time_point now) noexcept { *this = {.since = now, .until = now}; }
        void add(const Read& read) noexcept;
        [[nodiscard]] double rate() const noexcept;
    };

    void watch(const Read& read) noexcept;
    void judge(const Read& read) noexcept;
    void shorten() noexcept;
    void stop() noexcept;
    void fail() noexcept;

    Mode mode_;
    Duration farthest_;  // no pause is longer
    Duration pause_;
    Duration ceiling_{};  // of it, for a while: a longer one made the stream slower
    Duration proven_{};   // a pause that did good; the next stream begins with it
    Run run_;             // the last one without pauses
    Run paused_;          // since they were held against it
    std::uint64_t needed_ = shortest_run;
    std::uint64_t good_ = 0;  // comparisons in a row
};

}  // namespace mqtts::client
