// SPDX-License-Identifier: Apache-2.0
#include "format/json_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/sizes.hpp"
#include "json/copy.hpp"
#include "text/escape.hpp"
#include "text/utf8.hpp"

namespace mqtts::format {

namespace {

using Id = wire::PropertyIdentifier;
using wire::Property;

/// Writes bytes under the key `name`, of a few words at most, or as base64 under name-base64 if they are not UTF-8.
void write_bytes(json::Writer& to, std::string_view name, std::string_view bytes) {
    if (is_utf8(bytes)) return to.text_member(name, bytes);
    constexpr std::string_view suffix = "-base64";
    std::array<char, 64> key{};
    const auto end = std::ranges::copy(suffix, std::ranges::copy(name, key.begin()).out).out;
    to.verbatim_key({key.data(), static_cast<std::size_t>(end - key.begin())});
    to.base64(bytes);
}

void write_user_properties(json::Writer& to, wire::PropertiesView properties) {
    to.verbatim_key("user-properties");
    to.begin_array();
    for (const Property& property : properties) {
        if (property.identifier != Id::user_property) continue;
        to.element();
        to.begin_object();
        to.key(property.text);
        to.text(property.value);
        to.end_object();
    }
    to.end_array();
}

/// Writes the Subscription Identifiers: a message that matches several subscriptions may have several, as an array; a
/// single one is a number.
void write_subscription_identifiers(json::Writer& to, wire::PropertiesView properties) {
    std::size_t count = 0;
    for (const Property& property : properties)
        count += property.identifier == Id::subscription_identifier ? 1 : 0;
    to.verbatim_key(info(Id::subscription_identifier).name);
    if (count > 1) to.begin_array();
    for (const Property& property : properties) {
        if (property.identifier != Id::subscription_identifier) continue;
        if (count > 1) to.element();
        to.number(property.number);
    }
    if (count > 1) to.end_array();
}

void write_property(json::Writer& to, const Property& property) {
    const wire::PropertyInfo& rules = info(property.identifier);
    switch (rules.type) {
        case wire::PropertyType::binary:
            return write_bytes(to, rules.name, property.text);
        case wire::PropertyType::string:
            return to.text_member(rules.name, property.text);
        default:
            return to.number_member(rules.name, property.number);
    }
}

/// Writes the properties. Those that may occur several times are gathered where the first of them is.
void write_properties(json::Writer& to, wire::PropertiesView properties) {
    if (properties.empty()) return;
    bool user_properties_written = false;
    bool subscription_identifiers_written = false;
    to.verbatim_key("properties");
    to.begin_object();
    for (const Property& property : properties) {
        if (property.identifier == Id::user_property) {
            if (!std::exchange(user_properties_written, true)) write_user_properties(to, properties);
        } else if (property.identifier == Id::subscription_identifier) {
            if (!std::exchange(subscription_identifiers_written, true)) write_subscription_identifiers(to, properties);
        } else {
            write_property(to, property);
        }
    }
    to.end_object();
}

}  // namespace

void JsonMessage::append(Buffer& to, const wire::Publish& message, Payload payload, Moment received) {
    json::Writer json(to, style_);
    json.begin_object();
    json.verbatim_key("tst");
    append_time(to, received);
    json.text_member("topic", message.topic_name);
    json.number_member("qos", static_cast<unsigned>(message.qos));
    json.boolean_member("retain", message.retain);
    json.number_member("payloadlen", message.payload.size());
    if (message.qos != wire::Qos::at_most_once) json.number_member("mid", message.packet_identifier);
    write_properties(json, message.properties);
    if (message.payload.empty()) {
        json.verbatim_key("payload");
        json.verbatim("null");
    } else if (payload == Payload::string || !write_embedded(json, message)) {
        write_bytes(json, "payload", message.payload);
    }
    json.end_object();
}

void JsonMessage::append_time(Buffer& to, Moment received) {
    to.append("\"");
    to.append(second_.at(received));
    to.append(".");
    append_fraction(to, received, 6);
    to.append(zone_.at(received));
    to.append("\"");
}

bool JsonMessage::write_embedded(json::Writer& to, const wire::Publish& message) {
    scratch_.clear();
    json::Writer payload(scratch_, style_, 1);
    const bool is_json = json::copy(payload, message.payload);
    if (is_json) {
        to.verbatim_key("payload");
        to.verbatim(scratch_.readable());
    } else {
        log_.warning(fmt::format("the payload of a message on {} is not JSON; %J prints it as a string",
                                 escape(message.topic_name)));
    }
    scratch_.clear();
    scratch_.shrink(sizes::kept_json);
    return is_json;
}

}  // namespace mqtts::format
