// SPDX-License-Identifier: Apache-2.0
#include "client/timer.hpp"

namespace mqtts::client {

namespace {

class SystemTimer final : public Timer {
public:
    [[nodiscard]] Clock::time_point now() const noexcept override { return Clock::now(); }
    Awaitable<Result<>> until(Clock::time_point time) override { return async::until(time); }
};

}  // namespace

Timer& system_timer() noexcept {
    static SystemTimer timer;
    return timer;
}

}  // namespace mqtts::client
