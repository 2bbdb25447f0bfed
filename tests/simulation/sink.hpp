// SPDX-License-Identifier: Apache-2.0
// What takes the messages of the subscriber: an output that is slow to write, or commands that handle several messages
// at once and end in any order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "async/notification.hpp"
#include "output/message_sink.hpp"
#include "simulation/network.hpp"

namespace mqtts::simulation {

class SimulatedSink final : public output::MessageSink, public Actor {
public:
    SimulatedSink(const boost::asio::any_io_executor& executor, Network& network);
    ~SimulatedSink() override { network_.clock.forget(*this); }

    /// Is called when a command has failed, and none runs any more.
    std::function<void()> failed;

    [[nodiscard]] output::Wanted deliver(const wire::Publish& message) override;
    [[nodiscard]] bool show_unasked(const wire::Publish& message) override;
    Awaitable<Result<>> flush() override;
    [[nodiscard]] bool handles_later() const noexcept override { return settings_.later; }
    [[nodiscard]] bool has_room() const noexcept override { return gives_up_ || jobs_.size() < settings_.room; }
    [[nodiscard]] std::uint64_t handled() const noexcept override { return handled_; }
    [[nodiscard]] bool is_idle() const noexcept override { return gives_up_ ? running_ == 0 : jobs_.empty(); }
    [[nodiscard]] bool gives_up() const noexcept override { return gives_up_; }
    Awaitable<Result<>> wait_for_handled() override;

    /// A command ends.
    void act(std::uint32_t what, std::uint64_t number) override;

private:
    struct Job {
        std::uint64_t number = 0;  // of the job
        std::uint32_t message = 0;
        bool done = false;
    };
    void take(const wire::Publish& message);

    Network& network_;
    const Subscribing& settings_;
    Random random_;
    std::deque<Job> jobs_;  // from the first one on that is not done
    std::uint64_t taken_ = 0;
    std::uint64_t handled_ = 0;
    std::uint64_t running_ = 0;  // commands
    bool pending_ = false;
    bool gives_up_ = false;
    async::Notification room_made_;
    async::Notification changed_;
};

}  // namespace mqtts::simulation
