// SPDX-License-Identifier: Apache-2.0
// A MessageSink that is as slow, as full and as content as the test says, and handles messages at once or later.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "async/notification.hpp"
#include "output/message_sink.hpp"

namespace mqtts::test {

class FakeSink final : public output::MessageSink {
public:
    explicit FakeSink(const boost::asio::any_io_executor& executor) : goes_on_(executor), handled_(executor) {}

    // The test decides
    std::uint64_t wanted = std::numeric_limits<std::uint64_t>::max();  // messages
    bool slow = false;                                                 // a flush takes until go_on()
    Result<> flushes;                                                  // how it ends
    bool shows_unasked = true;
    bool awaited = false;
    bool later = false;      // it handles messages later
    std::uint64_t room = 1;  // messages that it takes before they are handled
    bool gives_up_now = false;
    std::uint64_t on_the_way = 0;  // messages that are still handled after it has given up

    void go_on() { goes_on_.notify(); }
    /// Handles the next messages, in order.
    void handle(std::uint64_t messages = 1) {
        handled_count_ += messages;
        on_the_way -= gives_up_now ? messages : 0;
        goes_on_.notify();
        handled_.notify();
    }
    void give_up(std::uint64_t but_for = 0) {
        gives_up_now = true;
        on_the_way = but_for;
        goes_on_.notify();
        handled_.notify();
    }

    /// What happened since the last call: `a "x"; flush`; flushes of nothing are not told.
    [[nodiscard]] std::string told() { return std::exchange(told_, {}); }

    [[nodiscard]] output::Wanted deliver(const wire::Publish& message) override {
        tell(std::string(message.topic_name) + " \"" + std::string(message.payload) + '"');
        ++taken_;
        return --wanted == 0 ? output::Wanted::enough : output::Wanted::more;
    }
    [[nodiscard]] bool show_unasked(const wire::Publish& message) override {
        tell("unasked " + std::string(message.topic_name));
        if (later) ++taken_;
        return shows_unasked;
    }
    [[nodiscard]] bool is_awaited() const noexcept override { return awaited; }
    [[nodiscard]] bool handles_later() const noexcept override { return later; }
    [[nodiscard]] bool has_room() const noexcept override { return gives_up_now || taken_ - handled_count_ < room; }
    [[nodiscard]] std::uint64_t handled() const noexcept override { return handled_count_; }
    [[nodiscard]] bool is_idle() const noexcept override {
        return !later || taken_ == handled_count_ || (gives_up_now && on_the_way == 0);
    }
    [[nodiscard]] bool gives_up() const noexcept override { return gives_up_now; }
    Awaitable<Result<>> wait_for_handled() override { co_return co_await handled_.wait(); }
    Awaitable<Result<>> flush() override {
        if (later) {
            while (!has_room())
                co_await goes_on_.wait();
            co_return Result<>();
        }
        if (!std::exchange(pending_, false)) co_return Result<>();
        if (slow) co_await goes_on_.wait();
        tell("flush");
        pending_ = false;
        co_return flushes;
    }

private:
    void tell(std::string_view what) {
        if (!told_.empty()) told_ += "; ";
        told_ += what;
        pending_ = true;
    }

    async::Notification goes_on_;
    async::Notification handled_;
    std::uint64_t taken_ = 0;
    std::uint64_t handled_count_ = 0;
    std::string told_;
    bool pending_ = false;
};

}  // namespace mqtts::test
