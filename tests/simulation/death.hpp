// SPDX-License-Identifier: Apache-2.0
// kill -9: a process ends at a moment that the plan draws, and leaves what its kernel has.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "async/notification.hpp"
#include "simulation/network.hpp"

namespace mqtts::simulation {

/// A run that may die. It tells what it is about to do, and whatever it does after its death reaches nobody.
class Mortality final : private Actor {
public:
    /// `client`: whose bytes leave. `leave_behind` takes what the kernel has: it is called at the moment of death.
    Mortality(Network& network, unsigned client, const Death& death, std::function<void()> leave_behind);
    Mortality(const Mortality&) = delete;
    Mortality& operator=(const Mortality&) = delete;
    ~Mortality();

    /// The process begins.
    void begin();
    /// It ends by itself.
    void end() noexcept { is_over_ = true; }
    [[nodiscard]] bool is_dead() const noexcept { return is_dead_; }
    /// Ends when the process is dead.
    Awaitable<Result<>> wait() { return died_.wait(); }
    /// It writes to a file, or has written.
    void writes(bool done) { count(done ? Death::Moment::behind_writing : Death::Moment::writing); }

private:
    void act(std::uint32_t, std::uint64_t) override { die(); }
    void count(Death::Moment moment);
    void die();

    Network& network_;
    const unsigned client_;
    const Death death_;
    std::function<void()> leave_behind_;
    std::uint32_t times_ = 0;
    bool is_dead_ = false;
    bool is_over_ = false;
    async::Notification died_;
};

}  // namespace mqtts::simulation
