// SPDX-License-Identifier: Apache-2.0
// What a client asks of the server: the contents of CONNECT, the subscriptions, and our own limits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wire/packet.hpp"

namespace mqtts::session {

/// Session Expiry Interval: the session never expires [MQTT-3.1.2.11.2].
constexpr std::uint32_t never_expires = 0xFFFF'FFFF;

struct WillSettings {
    std::string topic_name;
    std::string payload;
    wire::PropertyWriter properties;
    wire::Qos qos = wire::Qos::at_most_once;
    bool retain = false;
};

struct Settings {
    wire::ProtocolVersion version = wire::ProtocolVersion::v5;
    std::string client_identifier;  // empty: the server assigns one
    std::optional<std::string> user_name;
    std::optional<std::string> password;
    /// Of enhanced authentication (MQTT 5); empty: none.
    std::string authentication_method;
    std::optional<WillSettings> will;
    std::uint16_t keep_alive = 60;  // seconds; 0: off
    bool clean_start = true;
    /// How long the server keeps the session after the connection ends; never sent before MQTT 5. 0: the session ends
    /// with the connection.
    std::uint32_t session_expiry_interval = 0;
    /// Lets DISCONNECT at a normal end ask the server to forget a session that was kept only to survive a lost
    /// connection.
    bool end_session_at_disconnect = false;
    /// Keeps the session if messages of ours are unacknowledged at the end: a later process resumes it.
    bool outlives_process = false;

    std::uint16_t receive_maximum = 65535;  // messages of QoS > 0 we take before acknowledging
    std::uint32_t maximum_packet_size = 0;  // bytes of a packet we take; 0: no limit
    /// How many messages of QoS > 0 we send before their acknowledgement. 0: as many as the server allows, and before
    /// MQTT 5, where it cannot say so, as few as every server takes.
    std::uint16_t send_window = 0;
    /// Lets the subscriptions, or one message, follow CONNECT without waiting for CONNACK: --early. Not every server
    /// accepts it.
    bool early = false;
    /// Says that a message of QoS 1 is ready before there is a connection, and hardly any limit forbids it.
    bool publish_early = false;
    bool fail_no_subscribers = false;             // a message without subscribers counts as refused (MQTT 5)
    wire::PropertyWriter connect_properties;      // in addition to those made from the members above
    wire::PropertyWriter subscribe_properties;    // for every SUBSCRIBE
    wire::PropertyWriter unsubscribe_properties;  // for every UNSUBSCRIBE
    wire::PropertyWriter disconnect_properties;   // for a DISCONNECT of ours that ends the session in order
};

/// An owned wire::Subscription.
struct SubscriptionSettings {
    std::string topic_filter;
    wire::Qos qos = wire::Qos::at_most_once;
    bool no_local = false;
    bool retain_as_published = false;
    wire::RetainHandling retain_handling = wire::RetainHandling::always;
    /// Tells in each message that this subscription has a part in it (MQTT 5); 0: none. Topic Filters with different
    /// identifiers travel in different packets [MQTT-3.8.2.1.2].
    std::uint32_t subscription_identifier = 0;
};

/// Returns the properties of a SUBSCRIBE whose subscriptions have this Subscription Identifier; 0: none.
[[nodiscard]] inline wire::PropertyWriter subscribe_properties(const Settings& settings,
                                                               std::uint32_t subscription_identifier) {
    wire::PropertyWriter properties = settings.subscribe_properties;
    if (subscription_identifier != 0)
        properties.add(wire::PropertyIdentifier::subscription_identifier, subscription_identifier);
    return properties;
}

}  // namespace mqtts::session
