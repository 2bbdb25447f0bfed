// SPDX-License-Identifier: Apache-2.0
// An Outlet whose room the test decides, and which tells all that was asked of it as one line of text.
#pragma once

#include <fmt/format.h>

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "async/notification.hpp"
#include "client/outlet.hpp"

namespace mqtts::test {

class FakeOutlet final : public client::Outlet {
public:
    explicit FakeOutlet(const boost::asio::any_io_executor& executor) : changed_(executor) {}

    // The test decides
    std::uint64_t room = std::numeric_limits<std::uint64_t>::max();
    /// Whether a message is refused, and why.
    std::function<Errc(const wire::Publish&)> check = [](const wire::Publish&) { return Errc::ok; };
    wire::ProtocolVersion spoken = wire::ProtocolVersion::v5;
    bool acknowledges = true;  // at once

    void make_more_room(std::uint64_t count) {
        room += count;
        changed_.notify();
    }
    void acknowledge() {
        unacknowledged_ = 0;
        changed_.notify();
    }
    void end() {
        finishing_ = true;
        changed_.notify();
    }

    /// What happened since the last call: `a "x"; a "y" #2 retained; flush; finish`.
    [[nodiscard]] std::string told() { return std::exchange(told_, {}); }
    [[nodiscard]] bool finished() const noexcept { return finished_; }
    [[nodiscard]] std::uint64_t published() const noexcept { return published_; }

    [[nodiscard]] bool can_publish() const noexcept override { return room != 0; }
    Awaitable<> wait_to_publish() override {
        while (!can_publish() && !finishing_)
            co_await changed_.wait();
    }
    Awaitable<> wait_for_acknowledgement() override {
        while (unacknowledged_ != 0 && !finishing_)
            co_await changed_.wait();
    }
    [[nodiscard]] std::size_t publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                                           std::uint64_t number, Errc& error) override {
        std::size_t count = 0;
        for (error = Errc::ok; count != payloads.size() && room != 0; ++count) {
            wire::Publish one = message;
            one.payload = payloads[count];
            if (error = check(one); error != Errc::ok) break;
            take(one, payloads[count], number == 0 ? 0 : number + count);
        }
        return count;
    }
    [[nodiscard]] bool publish_from(ByteSource& payload, const wire::Publish& message, Errc& error) override {
        if (room == 0) return false;
        if (error = check(message); error != Errc::ok) return true;
        take(message, fmt::format("{} bytes", payload.size()), 0);
        return true;
    }
    void end_batch() override { tell("end_batch"); }
    void flush() override { tell("flush"); }
    void make_room() override { tell("make_room"); }
    [[nodiscard]] wire::ProtocolVersion version() const noexcept override { return spoken; }
    void finish() override {
        finished_ = true;
        finishing_ = true;
        tell("finish");
    }
    [[nodiscard]] bool finishing() const noexcept override { return finishing_; }

private:
    void take(const wire::Publish& message, std::string_view payload, std::uint64_t number) {
        --room;
        ++published_;
        if (!acknowledges) ++unacknowledged_;
        std::string text = fmt::format("{} \"{}\"", message.topic_name, payload);
        if (number != 0) text += fmt::format(" #{}", number);
        if (message.qos != wire::Qos::at_most_once) text += fmt::format(" qos{}", static_cast<int>(message.qos));
        if (message.retain) text += " retained";
        if (!message.properties.empty()) text += " with properties";
        tell(text);
    }
    void tell(std::string_view what) {
        if (!told_.empty()) told_ += "; ";
        told_ += what;
    }

    async::Notification changed_;
    std::string told_;
    std::uint64_t unacknowledged_ = 0;
    std::uint64_t published_ = 0;
    bool finishing_ = false;
    bool finished_ = false;
};

}  // namespace mqtts::test
