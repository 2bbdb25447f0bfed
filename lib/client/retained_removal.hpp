// Clears the retained messages that were received: an empty retained message for each of their topics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class RetainedRemoval {
public:
    /// Of names that wait for room, in bytes: a server that sends without end must not fill our memory.
    static constexpr std::size_t most_waiting = std::size_t{16} * 1024 * 1024;

    /// `except`: Topic Filters of messages that stay.
    explicit RetainedRemoval(std::vector<std::string> except) : except_(std::move(except)) {}

    /// A message was received; remembers its topic if it is a retained one.
    void take(const wire::Publish& message);

    /// Publishes as much as there is room for. Only names wait for room, and each of them goes once. A failure is about
    /// one of them, which the server's limits forbid; to be called again for the others.
    [[nodiscard]] std::optional<Failure> publish(session::Session& session);

    [[nodiscard]] bool done() const noexcept { return topic_names_.empty(); }
    /// Messages whose removal waits for room.
    [[nodiscard]] std::uint64_t waiting() const noexcept { return topic_names_.size(); }
    /// Messages that came while most_waiting was reached: the server still has them.
    [[nodiscard]] std::uint64_t left() const noexcept { return left_; }

private:
    std::vector<std::string> except_;
    std::deque<std::string> topic_names_;
    std::size_t waiting_bytes_ = 0;  // of topic_names_
    std::uint64_t left_ = 0;
};

}  // namespace mqtts::client
