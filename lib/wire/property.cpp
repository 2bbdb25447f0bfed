// SPDX-License-Identifier: Apache-2.0
#include "wire/property.hpp"

#include <algorithm>
#include <array>

#include "wire/cursor.hpp"
#include "wire/topic.hpp"

namespace mqtts::wire {

namespace {

using enum PacketType;
using enum PropertyType;
using Id = PropertyIdentifier;

constexpr PacketSet message = packets({publish, will_properties});
constexpr PacketSet both_ways_when_connecting = packets({connect, connack});
constexpr PacketSet answers = packets({connack, puback, pubrec, pubrel, pubcomp, suback, unsuback, disconnect, auth});
constexpr PacketSet all_with_properties =
    answers | packets({connect, will_properties, publish, subscribe, unsubscribe});

// Ascending by identifier.
constexpr PropertyInfo table[] = {
    {Id::payload_format_indicator, "payload-format-indicator", byte, message, 0, 1},
    {Id::message_expiry_interval, "message-expiry-interval", four_byte, message, 0, 0xFFFF'FFFF},
    {Id::content_type, "content-type", string, message},
    {.identifier = Id::response_topic,
     .name = "response-topic",
     .type = string,
     .allowed_in = message,
     .is_topic_name = true},  // [MQTT-3.3.2-14]
    {Id::correlation_data, "correlation-data", binary, message},
    {.identifier = Id::subscription_identifier,
     .name = "subscription-identifier",
     .type = variable_byte,
     .allowed_in = packets({publish, subscribe}),
     .minimum = 1,
     .maximum = 268'435'455,
     .repeatable_in = packets({publish}),     // one for each matching subscription [MQTT-3.3.4-4]
     .only_from_server = packets({publish}),  // [MQTT-3.3.4-6]
     .per_connection = true},
    {Id::session_expiry_interval, "session-expiry-interval", four_byte, packets({connect, connack, disconnect}), 0,
     0xFFFF'FFFF},
    {Id::assigned_client_identifier, "assigned-client-identifier", string, packets({connack})},
    {Id::server_keep_alive, "server-keep-alive", two_byte, packets({connack}), 0, 0xFFFF},
    {Id::authentication_method, "authentication-method", string, packets({connect, connack, auth})},
    {.identifier = Id::authentication_data,
     .name = "authentication-data",
     .type = binary,
     .allowed_in = packets({connect, connack, auth}),
     .is_secret = true},
    {Id::request_problem_information, "request-problem-information", byte, packets({connect}), 0, 1},
    {Id::will_delay_interval, "will-delay-interval", four_byte, packets({will_properties}), 0, 0xFFFF'FFFF},
    {Id::request_response_information, "request-response-information", byte, packets({connect}), 0, 1},
    {Id::response_information, "response-information", string, packets({connack})},
    {Id::server_reference, "server-reference", string, packets({connack, disconnect})},
    {Id::reason_string, "reason-string", string, answers},
    {Id::receive_maximum, "receive-maximum", two_byte, both_ways_when_connecting, 1, 0xFFFF},
    {Id::topic_alias_maximum, "topic-alias-maximum", two_byte, both_ways_when_connecting, 0, 0xFFFF},
    {.identifier = Id::topic_alias,
     .name = "topic-alias",
     .type = two_byte,
     .allowed_in = packets({publish}),
     .minimum = 1,
     .maximum = 0xFFFF,
     .per_connection = true},  // [MQTT-3.3.2-7]
    {Id::maximum_qos, "maximum-qos", byte, packets({connack}), 0, 1},
    {Id::retain_available, "retain-available", byte, packets({connack}), 0, 1},
    {.identifier = Id::user_property,
     .name = "user-property",
     .type = string_pair,
     .allowed_in = all_with_properties,
     .repeatable_in = all_with_properties},
    {Id::maximum_packet_size, "maximum-packet-size", four_byte, both_ways_when_connecting, 1, 0xFFFF'FFFF},
    {Id::wildcard_subscription_available, "wildcard-subscription-available", byte, packets({connack}), 0, 1},
    {Id::subscription_identifier_available, "subscription-identifier-available", byte, packets({connack}), 0, 1},
    {Id::shared_subscription_available, "shared-subscription-available", byte, packets({connack}), 0, 1},
};

constexpr std::size_t identifier_limit = static_cast<std::size_t>(std::end(table)[-1].identifier) + 1;
static_assert(identifier_limit <= 64, "check_properties() keeps the identifiers seen in one word");

/// Indexes the table, because decoding looks properties up for each message.
constexpr auto by_identifier = [] {
    std::array<const PropertyInfo*, identifier_limit> index{};
    for (const PropertyInfo& entry : table)
        index[static_cast<std::size_t>(entry.identifier)] = &entry;
    return index;
}();

/// Reads the value that follows an identifier. Checks only the length of text.
Property read_value(Reader& reader, const PropertyInfo& property) noexcept {
    Property value{.identifier = property.identifier};
    switch (property.type) {
        case byte:
            value.number = reader.byte();
            break;
        case two_byte:
            value.number = reader.two_byte();
            break;
        case four_byte:
            value.number = reader.four_byte();
            break;
        case variable_byte:
            value.number = reader.variable_byte();
            break;
        case string:
        case binary:
            value.text = reader.binary();
            break;
        case string_pair:
            value.text = reader.binary();
            value.value = reader.binary();
            break;
    }
    return value;
}

Errc check_value(const Property& property, const PropertyInfo& rules) noexcept {
    const bool is_text = rules.type == string || rules.type == string_pair;
    if (is_text && !(is_valid_utf8(property.text) && is_valid_utf8(property.value))) return Errc::malformed_packet;
    if (property.number < rules.minimum || property.number > rules.maximum) return Errc::protocol_error;
    return rules.is_topic_name && !is_topic_name(property.text) ? Errc::protocol_error : Errc::ok;
}

}  // namespace

std::span<const PropertyInfo> property_table() noexcept {
    return table;
}

const PropertyInfo* find_property(std::uint32_t identifier) noexcept {
    return identifier < by_identifier.size() ? by_identifier[identifier] : nullptr;
}

const PropertyInfo* find_property(std::string_view name) noexcept {
    const auto* const found =
        std::find_if(std::begin(table), std::end(table), [&](const PropertyInfo& entry) { return entry.name == name; });
    return found != std::end(table) ? found : nullptr;
}

const PropertyInfo& info(PropertyIdentifier identifier) noexcept {
    return *by_identifier[static_cast<std::size_t>(identifier)];
}

void PropertiesView::Iterator::read() noexcept {
    at_end_ = rest_.empty();
    if (at_end_) return;
    Reader reader(rest_);
    current_ = read_value(reader, info(static_cast<PropertyIdentifier>(reader.byte())));
    rest_ = reader.rest();
}

std::optional<Property> PropertiesView::find(PropertyIdentifier identifier) const noexcept {
    for (const Property& property : *this) {
        if (property.identifier == identifier) return property;
    }
    return std::nullopt;
}

Errc check_properties(std::string_view bytes, PacketType packet) noexcept {
    std::uint64_t seen = 0;
    for (Reader reader(bytes); !reader.at_end();) {
        const PropertyInfo* const rules = find_property(reader.variable_byte());
        if (rules == nullptr || !rules->allowed(packet)) return Errc::malformed_packet;
        const Property property = read_value(reader, *rules);
        if (!reader.ok()) return Errc::malformed_packet;
        if (const Errc error = check_value(property, *rules); error != Errc::ok) return error;
        const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(property.identifier);
        if ((seen & bit) != 0 && !rules->repeatable(packet)) return Errc::protocol_error;
        seen |= bit;
    }
    return Errc::ok;
}

void PropertyWriter::add(PropertyIdentifier identifier, std::uint32_t number) {
    char encoded[5];
    Writer writer(encoded);
    writer.byte(static_cast<unsigned>(identifier));
    switch (info(identifier).type) {
        case byte:
            writer.byte(number);
            break;
        case two_byte:
            writer.two_byte(number);
            break;
        case four_byte:
            writer.four_byte(number);
            break;
        default:
            writer.variable_byte(number);
            break;
    }
    bytes_.append(encoded, static_cast<std::size_t>(writer.position() - encoded));
}

void PropertyWriter::add(PropertyIdentifier identifier, std::string_view text) {
    bytes_.push_back(static_cast<char>(identifier));
    append_prefixed(text);
}

void PropertyWriter::add(PropertyIdentifier identifier, std::string_view name, std::string_view value) {
    add(identifier, name);
    append_prefixed(value);
}

void PropertyWriter::append_prefixed(std::string_view text) {
    char length[2];
    Writer(length).two_byte(static_cast<unsigned>(text.size()));
    bytes_.append(length, sizeof length).append(text);
}

}  // namespace mqtts::wire
