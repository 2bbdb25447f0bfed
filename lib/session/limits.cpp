// SPDX-License-Identifier: Apache-2.0
#include "session/limits.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "wire/topic.hpp"

namespace mqtts::session {

namespace {

template <class Value>
void put(Value& limit, std::uint32_t number) {
    limit = static_cast<Value>(number);
}

template <class Value>
void put(std::optional<Value>& limit, std::uint32_t number) {
    limit = static_cast<Value>(number);
}

template <class Value>
std::optional<std::uint32_t> number_of(const Value& limit) {
    return static_cast<std::uint32_t>(limit);
}

template <class Value>
std::optional<std::uint32_t> number_of(const std::optional<Value>& limit) {
    return limit ? number_of(*limit) : std::nullopt;
}

/// Makes the row of a member of Limits.
template <auto member>
constexpr LimitInfo row(wire::PropertyIdentifier property, std::string_view name) {
    using Value = std::remove_reference_t<decltype(std::declval<Limits&>().*member)>;
    return {.property = property,
            .name = name,
            .is_flag = std::is_same_v<Value, bool>,
            .set = [](Limits& limits, std::uint32_t number) { put(limits.*member, number); },
            .get = [](const Limits& limits) { return number_of(limits.*member); }};
}

using Id = wire::PropertyIdentifier;

constexpr LimitInfo granted_in_connack[] = {
    row<&Limits::receive_maximum>(Id::receive_maximum, "receive maximum"),
    row<&Limits::maximum_packet_size>(Id::maximum_packet_size, "maximum packet size"),
    row<&Limits::topic_alias_maximum>(Id::topic_alias_maximum, "topic alias maximum"),
    row<&Limits::maximum_qos>(Id::maximum_qos, "maximum QoS"),
    row<&Limits::retain_available>(Id::retain_available, "retain"),
    row<&Limits::wildcard_subscription_available>(Id::wildcard_subscription_available, "wildcards"),
    row<&Limits::subscription_identifier_available>(Id::subscription_identifier_available, "subscription identifiers"),
    row<&Limits::shared_subscription_available>(Id::shared_subscription_available, "shared subscriptions"),
    row<&Limits::server_keep_alive>(Id::server_keep_alive, "keep alive"),
    row<&Limits::session_expiry_interval>(Id::session_expiry_interval, "session expiry"),
};

}  // namespace

std::span<const LimitInfo> limit_table() noexcept {
    return granted_in_connack;
}

Limits granted_limits(const wire::Connack& connack) {
    Limits limits;
    for (const LimitInfo& limit : granted_in_connack) {
        if (const auto granted = connack.properties.find(limit.property)) limit.set(limits, granted->number);
    }
    limits.maximum_packet_size = std::min(limits.maximum_packet_size, wire::largest_packet);
    if (const auto assigned = connack.properties.find(Id::assigned_client_identifier))
        limits.assigned_client_identifier = assigned->text;
    return limits;
}

Errc check(const Limits& limits, const wire::Publish& message) noexcept {
    if (message.qos > limits.maximum_qos) return Errc::qos_not_supported;               // [MQTT-3.2.2-11]
    if (message.retain && !limits.retain_available) return Errc::retain_not_supported;  // [MQTT-3.2.2-14]
    if (!message.properties.empty()) {
        const auto alias = message.properties.find(Id::topic_alias);
        if (alias && alias->number > limits.topic_alias_maximum) return Errc::topic_alias_not_supported;  // -3.2.2-18
    }
    return Errc::ok;
}

Errc check(const Limits& limits, std::string_view topic_filter, bool identified) noexcept {
    const bool has_wildcard = topic_filter.find_first_of("+#") != topic_filter.npos;
    if (has_wildcard && !limits.wildcard_subscription_available) return Errc::wildcards_not_supported;
    if (topic_filter.starts_with(wire::share_prefix) && !limits.shared_subscription_available)
        return Errc::shared_subscriptions_not_supported;
    if (identified && !limits.subscription_identifier_available) return Errc::subscription_identifiers_not_supported;
    return Errc::ok;
}

}  // namespace mqtts::session
