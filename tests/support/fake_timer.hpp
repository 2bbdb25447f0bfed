// SPDX-License-Identifier: Apache-2.0
// Time that passes when the test says so.
#pragma once

#include <algorithm>
#include <list>

#include "async/notification.hpp"
#include "client/timer.hpp"
#include "support/loop.hpp"

namespace mqtts::test {

class FakeTimer final : public client::Timer {
public:
    explicit FakeTimer(Loop& loop) : loop_(loop) {}

    [[nodiscard]] Clock::time_point now() const noexcept override { return now_; }
    /// The clock of the wall is never set: it shows the same time as the other one.
    [[nodiscard]] std::chrono::system_clock::time_point time_of_day() const noexcept override {
        return std::chrono::system_clock::time_point(
            std::chrono::duration_cast<std::chrono::system_clock::duration>(now_.time_since_epoch()));
    }
    Awaitable<Result<>> until(Clock::time_point time) override {
        struct Place {
            std::list<Waiter>& all;
            std::list<Waiter>::iterator own;
            ~Place() { all.erase(own); }
        };
        const Place place{waiters_, waiters_.emplace(waiters_.end(), time, async::Notification(loop_.executor()))};
        if (time <= now_) place.own->reached.notify();
        co_return co_await place.own->reached.wait();
    }

    /// Whoever waits for a moment of this time goes on at that moment.
    void pass(Clock::duration time) {
        const auto end = now_ + time;
        loop_.settle();
        while (wake_next(end))
            loop_.settle();
        now_ = end;
    }

private:
    struct Waiter {
        Waiter(Clock::time_point at, async::Notification notification) : time(at), reached(std::move(notification)) {}
        Clock::time_point time;
        async::Notification reached;
        bool woken = false;
    };

    bool wake_next(Clock::time_point end) {
        auto next = end;
        for (const Waiter& waiter : waiters_)
            if (!waiter.woken) next = std::min(next, std::max(waiter.time, now_));
        bool any = false;
        for (Waiter& waiter : waiters_) {
            if (waiter.woken || waiter.time > next) continue;
            waiter.woken = true;
            waiter.reached.notify();
            any = true;
        }
        now_ = std::max(now_, next);
        return any;
    }

    Loop& loop_;
    Clock::time_point now_{std::chrono::hours(1)};
    std::list<Waiter> waiters_;
};

}  // namespace mqtts::test
