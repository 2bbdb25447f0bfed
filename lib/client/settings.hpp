// Everything a Client needs to know.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "session/settings.hpp"
#include "transport/settings.hpp"

namespace mqtts::client {

struct Settings {
    transport::Endpoint endpoint;
    session::Settings session;
    std::vector<session::SubscriptionSettings> subscriptions;
    std::vector<std::string> unsubscriptions;  // Topic Filters
    /// Once subscribed, to be told to end is the normal end. Otherwise a message waits for its answer: when the message
    /// is refused, that is the end.
    bool open_ended = false;
    /// End as soon as every subscription is granted.
    bool end_when_subscribed = false;
    /// Clear each retained message received, but for those that match these Topic Filters.
    std::optional<std::vector<std::string>> remove_retained_except;

    /// Only this version; otherwise 5 falls back to 3.1.1, once, when the server cannot speak it.
    bool version_pinned = false;
    /// Bounds name, TCP, TLS and CONNACK together.
    std::chrono::milliseconds connect_timeout{10'000};
    /// After a connection was lost: how long to try for another before giving up. 0: not at all. The first connection
    /// is tried once.
    std::chrono::milliseconds reconnect{0};
    /// After finish_soon(): how long what is in flight may take.
    std::chrono::milliseconds linger{5'000};
};

}  // namespace mqtts::client
