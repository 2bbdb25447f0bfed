// SPDX-License-Identifier: Apache-2.0
// When a pause pays, and when it must not be: servers and readers whose time is arithmetic.
#include "client/read_pacing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <ostream>
#include <vector>

using namespace std::chrono_literals;
using mqtts::client::ReadPacing;
using Clock = ReadPacing::Clock;
using Duration = ReadPacing::Duration;

namespace {

constexpr std::size_t bytes_of_packet = 100;

struct Outcome {
    Duration time{};          // for all of it
    Duration longest_late{};  // a packet waited for us
    std::uint64_t reads = 0;
    std::uint64_t paused = 0;
};

/// Reads packets at the moments when they arrive, and is busy for a little after each read.
class PacedReader {
public:
    explicit PacedReader(bool paces, std::uint64_t window = 0, Duration way = {})
        : pacing_(way), paces_(paces), window_(window) {}

    /// One turn. Returns how many came. Precondition: at least one is on its way.
    std::uint64_t read(std::deque<Clock::time_point>& arriving) {
        const bool pauses = paces_ && pacing_.pause() != Duration{};
        if (pauses) {
            now_ += pacing_.pause();
            ++outcome_.paused;
        }
        const auto waited = std::max(Duration{}, arriving.front() - now_);
        now_ += waited;
        std::uint64_t packets = 0;
        for (; !arriving.empty() && arriving.front() <= now_; arriving.pop_front(), ++packets)
            outcome_.longest_late = std::max(outcome_.longest_late, now_ - arriving.front());
        now_ += 3us + 200ns * packets;
        ++outcome_.reads;
        pacing_.took({.at = now_,
                      .waited = waited,
                      .packets = packets,
                      .bytes = packets * bytes_of_packet,
                      .paused = pauses,
                      .window = window_});
        return packets;
    }

    [[nodiscard]] Clock::time_point now() const { return now_; }
    [[nodiscard]] Outcome outcome() const {
        Outcome outcome = outcome_;
        outcome.time = now_ - Clock::time_point{};
        return outcome;
    }

private:
    ReadPacing pacing_;
    bool paces_;
    std::uint64_t window_;
    Clock::time_point now_{};
    Outcome outcome_;
};

Outcome read_all(std::deque<Clock::time_point> arriving, bool paces = true) {
    PacedReader reader(paces);
    while (!arriving.empty())
        reader.read(arriving);
    return reader.outcome();
}

/// `count` packets, each this long after the one before.
std::deque<Clock::time_point> evenly(std::uint64_t count, Duration distance, Clock::time_point begin = {}) {
    std::deque<Clock::time_point> arriving;
    for (std::uint64_t i = 0; i != count; ++i)
        arriving.push_back(begin += distance);
    return arriving;
}

/// A server that answers each packet of ours, one after the other, while no more than `window` are on their way.
struct Exchange {
    std::uint64_t window;
    Duration service;   // for one packet
    Duration way;       // there and back
    bool known = true;  // we know the window
    std::uint64_t count = 20'000;

    [[nodiscard]] Outcome run(bool paces) const {
        PacedReader reader(paces, known ? window : 0, way);
        std::deque<Clock::time_point> arriving;
        Clock::time_point served{};
        const auto send = [&](std::uint64_t packets) {
            for (; packets != 0; --packets) {
                served = std::max(served, reader.now() + way / 2) + service;
                arriving.push_back(served + way / 2);
            }
        };
        send(window);
        for (std::uint64_t answered = 0; answered < count;) {
            const std::uint64_t packets = reader.read(arriving);
            answered += packets;
            send(packets);
        }
        return reader.outcome();
    }
    [[nodiscard]] double cost_of_pauses() const {
        return static_cast<double>(run(true).time.count()) / static_cast<double>(run(false).time.count());
    }
};

std::ostream& operator<<(std::ostream& to, const Exchange& c) {
    return to << "window " << c.window << (c.known ? "" : " (unknown)") << ", " << c.service.count() << " ns, way "
              << c.way.count() << " ns";
}

}  // namespace

TEST_CASE("a stream is read many packets at a time, whatever its rate, and none is late by more than a pause") {
    for (const Duration distance : {1us, 2us, 5us, 10us, 20us, 30us}) {
        CAPTURE(distance.count());
        const Outcome outcome = read_all(evenly(20'000, distance));
        const std::uint64_t packets_in_pause = ReadPacing::longest_pause / distance;
        CHECK(outcome.reads < 3 * (20'000 / std::min<std::uint64_t>(packets_in_pause, 160)));
        CHECK(outcome.longest_late <= ReadPacing::longest_pause + 100us);
    }
}

TEST_CASE("a stream of a server that other work interrupts is soon read many packets at a time again") {
    std::deque<Clock::time_point> arriving;
    for (int i = 0; i < 100; ++i) {
        const auto part = evenly(200, 20us, Clock::time_point{} + i * 8ms);
        arriving.insert(arriving.end(), part.begin(), part.end());
    }
    CHECK(read_all(arriving).reads < 100 * 45);
}

TEST_CASE("a stream that is read in large pieces anyway is not kept waiting") {
    ReadPacing pacing(0us);
    Clock::time_point now{};
    for (int i = 0; i < 1000; ++i) {
        pacing.took({.at = now += 50us, .packets = 500, .bytes = ReadPacing::large});
        CHECK(pacing.pause() == Duration{});
    }
}

TEST_CASE("a message now and then waits for nothing") {
    for (const Duration distance : {110us, 200us, 1000us, 20'000us}) {
        CAPTURE(distance.count());
        const Outcome outcome = read_all(evenly(20'000, distance));
        CHECK(outcome.paused == 0);
        CHECK(outcome.longest_late == Duration{});
    }
}

TEST_CASE("a burst waits for nothing as long as it is short, and many of them never get used to pauses") {
    std::deque<Clock::time_point> bursts;
    for (int i = 0; i < 500; ++i) {
        const auto burst = evenly(ReadPacing::shortest_run - 1, 10us, Clock::time_point{} + i * 10ms);
        bursts.insert(bursts.end(), burst.begin(), burst.end());
    }
    CHECK(read_all(bursts).paused == 0);
}

TEST_CASE("the end of a stream is late by one pause at most, and what comes behind it by nothing") {
    auto arriving = evenly(1000, 10us);
    const auto end = arriving.back();
    const auto later = evenly(50, 5ms, end);
    PacedReader reader(true);
    while (!arriving.empty())
        reader.read(arriving);
    CHECK(reader.now() - end <= ReadPacing::longest_pause + 50us);
    arriving = later;
    const std::uint64_t before = reader.outcome().paused;
    while (!arriving.empty())
        reader.read(arriving);
    CHECK(reader.outcome().paused <= before + 1);
}

TEST_CASE("a conversation in turn is not slowed down, however fast its answers are") {
    for (const Duration way : {10us, 20us, 40us, 60us, 80us, 150us, 1000us})
        for (const bool known : {false, true}) {
            const Exchange in_turn{.window = 1, .service = 10us, .way = way, .known = known};
            CAPTURE(in_turn);
            CHECK(in_turn.cost_of_pauses() < 1.03);
            CHECK(in_turn.run(true).paused < 20);
        }
}

TEST_CASE("a window that runs dry is not kept dry: far away it costs nothing, near by hardly anything") {
    for (const std::uint64_t window : {2, 3, 5, 10, 20, 50, 100, 200, 1000})
        for (const Duration way : {20us, 100us, 300us, 1000us, 20'000us})
            for (const Duration service : {2us, 5us, 10us, 20us})
                for (const bool known : {true, false}) {
                    const Exchange c{.window = window, .service = service, .way = way, .known = known};
                    CAPTURE(c);
                    CHECK(c.cost_of_pauses() < (way < ReadPacing::far_away ? 1.2 : 1.05));
                }
}

TEST_CASE("a near server with a window of 20 is read several answers at a time") {
    const Exchange near{.window = 20, .service = 10us, .way = 30us};
    CHECK(near.run(true).reads < near.count / 5);
    CHECK(near.run(false).reads > near.count / 2);
}
