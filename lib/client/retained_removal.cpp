// SPDX-License-Identifier: Apache-2.0
#include "client/retained_removal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "text/escape.hpp"
#include "wire/topic.hpp"

namespace mqtts::client {

namespace {

/// How many acknowledged removals without effect are tried.
constexpr unsigned most_tries = 2;

/// About what a name takes, with its place in a container that finds it.
std::size_t size_of(std::string_view topic_name) noexcept {
    constexpr std::size_t place = sizeof(std::string_view) + 4 * sizeof(void*);
    return sizeof(std::string) + topic_name.size() + place;
}

}  // namespace

std::optional<Failure> RetainedRemoval::take(const wire::Publish& message, const session::Session& session) {
    if (!message.retain || message.payload.empty()) return {};
    const bool stays = std::any_of(except_.begin(), except_.end(), [&](const std::string& topic_filter) {
        return wire::matches(topic_filter, message.topic_name);
    });
    if (stays) return {};
    const auto known = sent_.find(std::string(message.topic_name));
    if (known != sent_.end()) {
        Sent& sent = known->second;
        const bool is_on_its_way = sent.connection != connection_ && sent.end > session.oldest().sequence;
        if (sent.refused || is_on_its_way) return {};
        if (sent.connection != connection_ && sent.tries == most_tries) {
            sent.refused = true;
            return Failure(
                Errc::publish_refused,
                fmt::format("cannot remove the retained message of '{}': the broker acknowledges the removal, "
                            "closes the connection and keeps the message; perhaps the removal is not allowed",
                            escape(message.topic_name)));
        }
    }
    if (is_waiting_.contains(message.topic_name)) return {};
    const std::size_t size = size_of(message.topic_name);
    if (waiting_bytes_ + size > most_waiting) {
        ++left_;
        return {};
    }
    waiting_bytes_ += size;
    is_waiting_.insert(topic_names_.emplace_back(message.topic_name));
    return {};
}

std::optional<Failure> RetainedRemoval::publish(session::Session& session) {
    while (!topic_names_.empty() && session.can_publish()) {
        is_waiting_.erase(topic_names_.front());
        const std::string topic_name = std::move(topic_names_.front());
        topic_names_.pop_front();
        waiting_bytes_ -= size_of(topic_name);
        const auto known = sent_.find(topic_name);
        if (known != sent_.end() && known->second.refused) continue;
        // QoS 1 makes the server answer, so that a refusal is noticed; a server without QoS 1 gets what it supports.
        const wire::Qos qos = std::min(wire::Qos::at_least_once, session.limits().maximum_qos);
        const std::uint64_t sequence = session.next_sequence();
        const Errc error = session.publish({.topic_name = topic_name, .qos = qos, .retain = true});
        if (error != Errc::ok)
            return Failure(error, fmt::format("cannot remove the retained message of '{}': {}", escape(topic_name),
                                              describe(error).sentence));
        note(topic_name, qos == wire::Qos::at_most_once ? 0 : sequence + 1);
        listened_ = {};
    }
    return {};
}

void RetainedRemoval::note(const std::string& topic_name, std::uint64_t end) {
    const std::size_t size = size_of(topic_name) + sizeof(Sent);
    const auto known = sent_.find(topic_name);
    if (known == sent_.end() && sent_bytes_ + size > most_waiting) return;
    if (known == sent_.end()) sent_bytes_ += size;
    Sent& sent = sent_[topic_name];
    if (sent.connection != connection_ || sent.tries == 0) ++sent.tries;
    sent.connection = connection_;
    sent.end = end;
}

void RetainedRemoval::refused(std::string_view topic_name) {
    const auto known = sent_.find(std::string(topic_name));
    if (known != sent_.end()) known->second.refused = true;
}

/// Our own time, for commands that hold up reading, does not count.
void RetainedRemoval::connection_lost(bool closed, const session::Session& session) {
    constexpr std::chrono::seconds soon{5};
    ++connection_;
    const bool perhaps_on_removal = closed && listened_ < soon;
    if (session.unfinished() != 0) listened_ = {};  // the next connection begins with them
    if (perhaps_on_removal) return;
    sent_.clear();
    sent_bytes_ = 0;
}

}  // namespace mqtts::client
