#include "client/retained_removal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"
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
    if (waiting_bytes_ + size > most_waiting) {
        ++left_;
        return;
    }
    waiting_bytes_ += size;
    topic_names_.emplace_back(message.topic_name);
}

std::optional<Failure> RetainedRemoval::publish(session::Session& session) {
    while (!topic_names_.empty() && session.can_publish()) {
        const std::string topic_name = std::move(topic_names_.front());
        topic_names_.pop_front();
        waiting_bytes_ -= size_of(topic_name);
        // QoS 1, so that a refusal is heard of; a server without QoS 1 gets what it can take.
        const wire::Qos qos = std::min(wire::Qos::at_least_once, session.limits().maximum_qos);
        const Errc error = session.publish({.topic_name = topic_name, .qos = qos, .retain = true});
        if (error != Errc::ok)
            return Failure(error, fmt::format("cannot remove the retained message of '{}': {}", escape(topic_name),
                                              describe(error).sentence));
    }
    return {};
}

}  // namespace mqtts::client
