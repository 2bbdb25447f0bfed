// SPDX-License-Identifier: Apache-2.0
// What CONNACK grants, row by row [MQTT-3.2.2.3].
#include "session/limits.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>

using namespace mqtts;
using session::LimitInfo;
using session::Limits;
using wire::PacketType;
using wire::PropertyIdentifier;
using wire::PropertyInfo;
using wire::PropertyType;
using wire::PropertyWriter;

namespace {

/// Every limit: "maximum-qos 1", or "session-expiry-interval -" where nothing is granted.
std::string in_text(const Limits& limits) {
    std::string text;
    for (const LimitInfo& limit : session::limit_table()) {
        const auto number = limit.get(limits);
        text.append(wire::info(limit.property).name).append(" ");
        text.append(number ? std::to_string(*number) : "-").append("; ");
    }
    return text;
}

Limits limits_from(const PropertyWriter& properties) {
    return session::granted_limits(wire::Connack{.properties = properties.view()});
}

Limits limits_from(PropertyIdentifier identifier, std::uint32_t number) {
    PropertyWriter properties;
    properties.add(identifier, number);
    return limits_from(properties);
}

bool is_number(const PropertyInfo& property) {
    return property.type != PropertyType::string && property.type != PropertyType::binary &&
           property.type != PropertyType::string_pair;
}

}  // namespace

TEST_CASE("without a word of it in CONNACK, the limits are those of the specification") {
    CHECK(in_text(limits_from(PropertyWriter())) ==
          "receive-maximum 65535; maximum-packet-size 268435460; topic-alias-maximum 0; maximum-qos 2; "
          "retain-available 1; wildcard-subscription-available 1; subscription-identifier-available 1; "
          "shared-subscription-available 1; server-keep-alive -; session-expiry-interval -; ");
    CHECK_FALSE(limits_from(PropertyWriter()).assigned_client_identifier);
}

TEST_CASE("each number that a server may put into CONNACK is a limit, once") {
    std::set<PropertyIdentifier> numbers;
    for (const PropertyInfo& property : wire::property_table())
        if (is_number(property) && property.allowed(PacketType::connack)) numbers.insert(property.identifier);
    std::set<PropertyIdentifier> limits;
    std::set<std::string_view> names;
    for (const LimitInfo& limit : session::limit_table()) {
        CHECK(limits.insert(limit.property).second);
        CHECK(names.insert(limit.name).second);
    }
    CHECK(limits == numbers);
}

TEST_CASE("each limit is taken from its property, from the smallest value to the largest, and changes no other") {
    for (const LimitInfo& limit : session::limit_table()) {
        const PropertyInfo& property = wire::info(limit.property);
        CAPTURE(property.name);
        CHECK(limit.is_flag == property.name.ends_with("-available"));
        const std::uint32_t largest =
            limit.property == PropertyIdentifier::maximum_packet_size ? wire::largest_packet : property.maximum;
        for (const std::uint32_t number : {property.minimum, property.minimum + 1, largest}) {
            CAPTURE(number);
            Limits expected;
            limit.set(expected, number);
            const Limits limits = limits_from(limit.property, number);
            CHECK(limit.get(limits) == number);
            CHECK(in_text(limits) == in_text(expected));
        }
    }
}

TEST_CASE("all limits at once") {
    const std::map<PropertyIdentifier, std::uint32_t> numbers = {
        {PropertyIdentifier::receive_maximum, 20},
        {PropertyIdentifier::maximum_packet_size, 1000},
        {PropertyIdentifier::topic_alias_maximum, 10},
        {PropertyIdentifier::maximum_qos, 1},
        {PropertyIdentifier::retain_available, 0},
        {PropertyIdentifier::wildcard_subscription_available, 0},
        {PropertyIdentifier::subscription_identifier_available, 0},
        {PropertyIdentifier::shared_subscription_available, 0},
        {PropertyIdentifier::server_keep_alive, 0},
        {PropertyIdentifier::session_expiry_interval, 0xFFFF'FFFF},
    };
    PropertyWriter properties;
    properties.add(PropertyIdentifier::reason_string, "for people");
    for (const auto& [identifier, number] : numbers)
        properties.add(identifier, number);
    properties.add(PropertyIdentifier::assigned_client_identifier, "given");
    const Limits limits = limits_from(properties);
    CHECK(limits.receive_maximum == 20);
    CHECK(limits.maximum_packet_size == 1000);
    CHECK(limits.topic_alias_maximum == 10);
    CHECK(limits.maximum_qos == wire::Qos::at_least_once);
    CHECK_FALSE(limits.retain_available);
    CHECK_FALSE(limits.wildcard_subscription_available);
    CHECK_FALSE(limits.subscription_identifier_available);
    CHECK_FALSE(limits.shared_subscription_available);
    CHECK(limits.server_keep_alive == 0);
    CHECK(limits.session_expiry_interval == 0xFFFF'FFFF);
    CHECK(limits.assigned_client_identifier == "given");
}

TEST_CASE("a server that takes larger packets than there are gets none") {
    CHECK(limits_from(PropertyIdentifier::maximum_packet_size, 0xFFFF'FFFF).maximum_packet_size ==
          wire::largest_packet);
}
