// SPDX-License-Identifier: Apache-2.0
#include "session/limits.hpp"

#include <algorithm>

namespace mqtts::session {

Limits granted_limits(const wire::Connack& connack) {
    using enum wire::PropertyIdentifier;
    Limits limits;
    for (const wire::Property& property : connack.properties) {
        const std::uint32_t number = property.number;
        switch (property.identifier) {
            case receive_maximum:
                limits.receive_maximum = static_cast<std::uint16_t>(number);
                break;
            case topic_alias_maximum:
                limits.topic_alias_maximum = static_cast<std::uint16_t>(number);
                break;
            case maximum_packet_size:
                limits.maximum_packet_size = std::min(number, limits.maximum_packet_size);
                break;
            case maximum_qos:
                limits.maximum_qos = static_cast<wire::Qos>(number);
                break;
            case retain_available:
                limits.retain_available = number != 0;
                break;
            case wildcard_subscription_available:
                limits.wildcard_subscription_available = number != 0;
                break;
            case subscription_identifier_available:
                limits.subscription_identifier_available = number != 0;
                break;
            case shared_subscription_available:
                limits.shared_subscription_available = number != 0;
                break;
            case server_keep_alive:
                limits.server_keep_alive = static_cast<std::uint16_t>(number);
                break;
            case session_expiry_interval:
                limits.session_expiry_interval = number;
                break;
            case assigned_client_identifier:
                limits.assigned_client_identifier = property.text;
                break;
            default:
                break;  // for people and for other layers
        }
    }
    return limits;
}

Errc check(const Limits& limits, const wire::Publish& message) noexcept {
    if (message.qos > limits.maximum_qos) return Errc::qos_not_supported;               // [MQTT-3.2.2-11]
    if (message.retain && !limits.retain_available) return Errc::retain_not_supported;  // [MQTT-3.2.2-14]
    if (!message.properties.empty()) {
        const auto alias = message.properties.find(wire::PropertyIdentifier::topic_alias);
        if (alias && alias->number > limits.topic_alias_maximum) return Errc::topic_alias_not_supported;  // -3.2.2-18
    }
    return Errc::ok;
}

Errc check(const Limits& limits, std::string_view topic_filter, bool identified) noexcept {
    const bool has_wildcard = topic_filter.find_first_of("+#") != topic_filter.npos;
    if (has_wildcard && !limits.wildcard_subscription_available) return Errc::wildcards_not_supported;
    if (topic_filter.starts_with("$share/") && !limits.shared_subscription_available)
        return Errc::shared_subscriptions_not_supported;
    if (identified && !limits.subscription_identifier_available) return Errc::subscription_identifiers_not_supported;
    return Errc::ok;
}

}  // namespace mqtts::session
