#include "client/retained_removal.hpp"

#include <algorithm>

#include "wire/topic.hpp"

namespace mqtts::client {

namespace {

std::size_t size_of(std::string_view topic_name) noexcept {
    return sizeof(std::string) + topic_name.size();
}

}  // namespace

void RetainedRemoval::take(const wire::Publish& message) {
    if (!message.retain || message.payload.empty()) return;
    const bool stays = std::any_of(except_.begin(), except_.end(), [&](const std::string& topic_filter) {
        return wire::matches(topic_filter, message.topic_name);
    });
    if (stays) return;
    const std::size_t size = size_of(message.topic_name);
    if (waiting_ + size > most_waiting) {
        ++left_;
        return;
    }
    waiting_ += size;
    topic_names_.emplace_back(message.topic_name);
}

void RetainedRemoval::publish(session::Session& session) {
    while (!topic_names_.empty() && session.can_publish()) {
        // QoS 1, so that a refusal is heard of; a server without QoS 1 gets what it can take.
        const wire::Qos qos = std::min(wire::Qos::at_least_once, session.limits().maximum_qos);
        static_cast<void>(session.publish({.topic_name = topic_names_.front(), .qos = qos, .retain = true}));
        waiting_ -= size_of(topic_names_.front());
        topic_names_.pop_front();
    }
}

}  // namespace mqtts::client
