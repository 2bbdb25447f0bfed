// SPDX-License-Identifier: Apache-2.0
// Virtual time: it rests while anything can be done, and then jumps to the next event.
//
// Coroutines of the client wait for a moment with until(); the network and the broker ask with at() to be called.
// Events of one moment happen in the order in which they were asked for, so a run depends on its seed alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "async/notification.hpp"
#include "client/timer.hpp"

namespace mqtts::simulation {

using Time = client::Timer::Clock::time_point;
using Duration = client::Timer::Clock::duration;

/// Something that happens to an actor at its time: `what` and `number` mean what the actor gave them to mean.
class Actor {
public:
    virtual void act(std::uint32_t what, std::uint64_t number) = 0;

protected:
    Actor() = default;
    Actor(const Actor&) = default;
    Actor& operator=(const Actor&) = default;
    ~Actor() = default;
};

class VirtualClock final : public client::Timer {
public:
    explicit VirtualClock(const boost::asio::any_io_executor& executor) : executor_(executor) {}

    [[nodiscard]] const boost::asio::any_io_executor& executor() const noexcept { return executor_; }
    [[nodiscard]] Clock::time_point now() const noexcept override { return now_; }
    [[nodiscard]] Duration elapsed() const noexcept { return now_ - beginning; }
    [[nodiscard]] std::chrono::system_clock::time_point time_of_day() const noexcept override {
        return beginning_of_day + std::chrono::duration_cast<std::chrono::system_clock::duration>(elapsed());
    }

    Awaitable<Result<>> until(Clock::time_point time) override {
        Sleeper sleeper(*this, time);
        co_return co_await sleeper.reached.wait();
    }

    /// Calls the actor at this time, or now if it is over. The actor must be there by then, or call forget().
    void at(Time time, Actor& actor, std::uint32_t what, std::uint64_t number = 0) {
        events_.push_back({std::max(time, now_), order_++, &actor, what, number});
        std::push_heap(events_.begin(), events_.end(), is_later);
    }
    void forget(const Actor& actor) noexcept {
        for (Event& event : events_)
            if (event.actor == &actor) event.actor = nullptr;
    }

    /// Lets the next event happen. Returns false when nothing is to come.
    bool advance() {
        while (!events_.empty()) {
            std::pop_heap(events_.begin(), events_.end(), is_later);
            const Event event = events_.back();
            events_.pop_back();
            if (event.actor == nullptr) continue;
            now_ = event.at;
            event.actor->act(event.what, event.number);
            return true;
        }
        return false;
    }

    static constexpr Time beginning{std::chrono::hours(1)};
    static constexpr std::chrono::system_clock::time_point beginning_of_day{std::chrono::hours(500'000)};

private:
    struct Event {
        Time at;
        std::uint64_t order = 0;
        Actor* actor = nullptr;
        std::uint32_t what = 0;
        std::uint64_t number = 0;
    };
    static bool is_later(const Event& one, const Event& other) noexcept {
        return one.at != other.at ? one.at > other.at : one.order > other.order;
    }

    /// A coroutine that waits.
    struct Sleeper final : Actor {
        Sleeper(VirtualClock& of, Time time) : clock(of), reached(of.executor_) {
            if (time != Time::max()) clock.at(time, *this, 0);
        }
        Sleeper(const Sleeper&) = delete;
        Sleeper& operator=(const Sleeper&) = delete;
        ~Sleeper() {
            if (!woken) clock.forget(*this);
        }
        void act(std::uint32_t, std::uint64_t) override {
            woken = true;
            reached.notify();
        }

        VirtualClock& clock;
        async::Notification reached;
        bool woken = false;
    };

    boost::asio::any_io_executor executor_;
    Time now_ = beginning;
    std::uint64_t order_ = 0;
    std::vector<Event> events_;  // a heap, the next one first
};

}  // namespace mqtts::simulation
