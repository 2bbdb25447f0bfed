// SPDX-License-Identifier: Apache-2.0
// Clears the retained messages that were received: publishes an empty retained message to each of their topics.
//
// Some brokers answer a removal that they do not allow and then close the connection (mosquitto 2.0.11; in MQTT 3.1.1
// the answer even says success). The next subscription brings the same message again. So a removal that was refused is
// not tried again, nor one that was acknowledged twice without effect on connections that were closed soon after it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.hpp"
#include "base/sizes.hpp"
#include "session/session.hpp"

namespace mqtts::client {

class RetainedRemoval {
public:
    /// The most bytes of names that wait for room.
    static constexpr std::size_t most_waiting = sizes::waiting_removals;

    /// Keeps messages that match the Topic Filters `except`.
    explicit RetainedRemoval(std::vector<std::string> except) : except_(std::move(except)) {}

    RetainedRemoval(const RetainedRemoval&) = delete;  // it refers to itself
    RetainedRemoval& operator=(const RetainedRemoval&) = delete;

    using Clock = session::Clock;

    /// Remembers the topic of a retained message that was received. Fails when the message cannot be removed: it comes
    /// again and again.
    [[nodiscard]] std::optional<Failure> take(const wire::Publish& message, const session::Session& session);

    /// Publishes as many removals as there is room for. Only names wait for room, and each of them is sent once. A
    /// failure is about one name that the server's limits forbid; call it again for the others.
    [[nodiscard]] std::optional<Failure> publish(session::Session& session);
    /// Notes that the server had its turn for this time: we read, and it sent, or closed the connection, or did
    /// nothing.
    void listened(Clock::duration time) noexcept { listened_ += time; }

    /// Notes that the server refused a message for this topic.
    void refused(std::string_view topic_name);
    /// Notes that the connection is over; `closed`: by the other end, without a reason.
    void connection_lost(bool closed, const session::Session& session);

    [[nodiscard]] bool done() const noexcept { return topic_names_.empty(); }
    /// Returns the number of messages whose removal waits for room.
    [[nodiscard]] std::uint64_t waiting() const noexcept { return topic_names_.size(); }
    /// Returns the number of messages that came while most_waiting was reached: the server still has them.
    [[nodiscard]] std::uint64_t left() const noexcept { return left_; }

private:
    struct Sent {
        std::uint64_t end = 0;  // the sequence number behind its PUBLISH; 0: of QoS 0
        std::uint64_t connection = 0;
        unsigned tries = 0;  // on different connections
        bool refused = false;
    };

    void note(const std::string& topic_name, std::uint64_t end);

    std::vector<std::string> except_;
    std::deque<std::string> topic_names_;
    std::unordered_set<std::string_view> is_waiting_;  // of topic_names_
    std::size_t waiting_bytes_ = 0;                    // of topic_names_
    std::uint64_t left_ = 0;
    std::unordered_map<std::string, Sent> sent_;  // on this connection, and those before that were closed soon
    std::size_t sent_bytes_ = 0;                  // of sent_; beyond most_waiting no name is added
    std::uint64_t connection_ = 0;
    Clock::duration listened_{};  // since the last removal was sent, or sent again
};

}  // namespace mqtts::client
