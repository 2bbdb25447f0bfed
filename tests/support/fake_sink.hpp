// SPDX-License-Identifier: Apache-2.0
// A MessageSink that is as slow, as full and as content as the test says.
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
    explicit FakeSink(const boost::asio::any_io_executor& executor) : goes_on_(executor) {}

    // The test decides
    std::uint64_t wanted = std::numeric_limits<std::uint64_t>::max();  // messages
    bool slow = false;                                                 // a flush takes until go_on()
    Result<> flushes;                                                  // how it ends
    bool shows_unasked = true;
    bool awaited = false;

    void go_on() { goes_on_.notify(); }

    /// What happened since the last call: `a "x"; flush`; flushes of nothing are not told.
    [[nodiscard]] std::string told() { return std::exchange(told_, {}); }

    [[nodiscard]] output::Wanted deliver(const wire::Publish& message) override {
        tell(std::string(message.topic_name) + " \"" + std::string(message.payload) + '"');
        return --wanted == 0 ? output::Wanted::enough : output::Wanted::more;
    }
    [[nodiscard]] bool show_unasked(const wire::Publish& message) override {
        tell("unasked " + std::string(message.topic_name));
        return shows_unasked;
    }
    [[nodiscard]] bool is_awaited() const noexcept override { return awaited; }
    Awaitable<Result<>> flush() override {
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
    std::string told_;
    bool pending_ = false;
};

}  // namespace mqtts::test
