#include "client/retained_removal.hpp"

#include <algorithm>

#include "wire/topic.hpp"

namespace mqtts::client {

void RetainedRemoval::take(const wire::Publish& message) {
    if (!message.retain || message.payload.empty()) return;
    const bool stays = std::any_of(except_.begin(), except_.end(), [&](const std::string& topic_filter) {
        return wire::matches(topic_filter, message.topic_name);
    });
    if (!stays) topic_names_.emplace_back(message.topic_name);
}

void RetainedRemoval::publish(session::Session& session) {
    while (!topic_names_.empty() && session.can_publish()) {
        // QoS 1, so that a refusal is heard of; a server without QoS 1 gets what it can take.
        const wire::Qos qos = std::min(wire::Qos::at_least_once, session.limits().maximum_qos);
        static_cast<void>(session.publish({.topic_name = topic_names_.front(), .qos = qos, .retain = true}));
        topic_names_.pop_front();
    }
}

}  // namespace mqtts::client
