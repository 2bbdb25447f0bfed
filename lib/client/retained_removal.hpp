// Clears the retained messages that were received: an empty retained message for each of their topics.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "session/session.hpp"

namespace mqtts::client {

class RetainedRemoval {
public:
    /// `except`: Topic Filters of messages that stay.
    explicit RetainedRemoval(std::vector<std::string> except) : except_(std::move(except)) {}

    /// A message was received; remembers its topic if it is a retained one.
    void take(const wire::Publish& message);

    /// Publishes as much as there is room for. Only names wait for room, and each of them goes once.
    void publish(session::Session& session);

    [[nodiscard]] bool done() const noexcept { return topic_names_.empty(); }

private:
    std::vector<std::string> except_;
    std::deque<std::string> topic_names_;
};

}  // namespace mqtts::client
