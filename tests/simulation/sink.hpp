// SPDX-License-Identifier: Apache-2.0
// What takes the messages of the subscriber: an output that is slow to write, or commands that handle several messages
// at once and end in any order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "async/notification.hpp"
#include "command/window.hpp"
#include "output/message_sink.hpp"
#include "simulation/network.hpp"

namespace mqtts::simulation {

class SimulatedSink final : public output::MessageSink, public Actor {
public:
    SimulatedSink(const boost::asio::any_io_executor& executor, Network& network);
    ~SimulatedSink() override { network_.clock.forget(*this); }

    /// Is called with each message; returns false when the process is dead.
    std::function<bool(const wire::Publish& message, std::uint32_t number)> takes;
    /// Is called when it begins to write, and behind that; returns false when the process is dead.
    std::function<bool(bool done)> writes;
    /// Is called when a command has failed, and none runs any more.
    std::function<void()> failed;

    [[nodiscard]] output::Wanted deliver(const wire::Publish& message) override;
    [[nodiscard]] bool show_unasked(const wire::Publish& message) override;
    Awaitable<Result<>> flush() override;
    [[nodiscard]] bool handles_later() const noexcept override { return settings_.later; }
    [[nodiscard]] bool has_room() const noexcept override { return gives_up_ || window_.size() < settings_.room; }
    [[nodiscard]] std::uint64_t handled() const noexcept override { return window_.handled(); }
    [[nodiscard]] bool is_idle() const noexcept override { return running_ == 0 && (gives_up_ || window_.size() == 0); }
    [[nodiscard]] bool gives_up() const noexcept override { return gives_up_; }
    Awaitable<Result<>> wait_for_handled() override;

    /// Is asked whether has_room() counts by now, see client/conversation.cpp.
    std::function<bool()> is_granted;

    /// A command ends, or its output has left.
    void act(std::uint32_t what, std::uint64_t number) override;

private:
    enum What : std::uint32_t { end_command, end_output };
    /// What the sink knows of a message by itself, whatever the window says.
    struct Job {
        std::uint64_t number = 0;  // of the job
        std::uint32_t message = 0;
        command::Job* in_window = nullptr;
        bool has_output = false;
        bool ended = false;
        bool is_safe = false;
    };
    [[nodiscard]] bool is_said_unasked(const wire::Publish& message) const;
    void take(const wire::Publish& message);
    void begin_command(const wire::Publish& message);
    void end(Job& job);
    void pass_on_output();
    void note_handled();
    [[nodiscard]] Job& job(std::uint64_t number);

    Network& network_;
    const Subscribing& settings_;
    Random random_;
    boost::asio::any_io_executor executor_;
    command::Window window_;
    std::deque<Job> jobs_;  // from the first one on that is not handled
    std::uint64_t taken_ = 0;
    std::uint64_t running_ = 0;  // commands, and outputs on their way
    bool writing_ = false;       // an output is on its way
    bool pending_ = false;
    bool gives_up_ = false;
    async::Notification room_made_;
    async::Notification changed_;
};

}  // namespace mqtts::simulation
