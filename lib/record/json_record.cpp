// SPDX-License-Identifier: Apache-2.0
#include "record/json_record.hpp"

#include <fmt/format.h>

#include <charconv>

#include "json/cursor.hpp"
#include "text/base64.hpp"
#include "text/escape.hpp"
#include "wire/topic.hpp"

namespace mqtts::record {

using wire::PropertyIdentifier;

namespace {

using wire::longest_string;

Failure bad(std::string reason) {
    return {Errc::bad_record, std::move(reason)};
}

Failure not_json(std::string_view text, const json::Cursor& cursor) {
    return bad(fmt::format("not JSON, from byte {} on", text.size() - cursor.remaining() + 1));
}

bool is_string(std::string_view value) {
    return value.front() == '"';
}

/// The text of a value that is a string.
std::string_view text_of(std::string_view value, std::string& scratch) {
    return json::without_escapes(value.substr(1, value.size() - 2), scratch);
}

/// Calls take(name, value) for each member, until it fails. Precondition: `object` is JSON, and an object.
template <class Take>
Result<> each_member(std::string_view object, std::string& name_scratch, Take take) {
    json::Cursor cursor(object);
    cursor.take('{');
    for (bool first = true; cursor.next_element(first); first = false) {
        const std::string_view name = json::without_escapes(cursor.name().value_or(""), name_scratch);
        if (Result<> taken = take(name, cursor.value().value_or("null")); !taken) return taken;
    }
    return {};
}

/// Exactly as mqtts-sub and mosquitto_sub print it.
std::optional<bool> boolean(std::string_view value) {
    if (value == "true" || value == "1") return true;
    if (value == "false" || value == "0") return false;
    return std::nullopt;
}

bool is_sendable(std::string_view text) {
    return text.size() <= longest_string && wire::is_valid_utf8(text);
}

}  // namespace

Result<> JsonRecord::read(std::string_view text, wire::Publish& message) {
    json::Cursor cursor(text);
    members_ = 0;
    cursor.skip_space();
    if (!cursor.take('{')) return bad("not a JSON object");
    for (bool first = true; cursor.next_element(first); first = false) {
        const auto name = cursor.name();
        if (!name) return not_json(text, cursor);
        const auto value = cursor.value();
        if (!value) return not_json(text, cursor);
        if (Result<> taken = read_member(json::without_escapes(*name, member_name_), *value, message); !taken)
            return taken;
    }
    const bool closed = cursor.take('}');
    cursor.skip_space();
    if (!closed || !cursor.at_end()) return not_json(text, cursor);
    if ((members_ & Member::payload) == 0) return bad("no payload: an empty one is null");
    return {};
}

Result<> JsonRecord::note(Member member, std::string_view name) {
    if ((members_ & member) != 0) return bad(fmt::format("a second {}", name));
    members_ |= member;
    return {};
}

Result<> JsonRecord::read_member(std::string_view name, std::string_view value, wire::Publish& message) {
    if (name == "topic") {
        if (!is_string(value)) return bad("topic is not a string");
        message.topic_name = text_of(value, topic_name_);
        return note(Member::topic, name);
    }
    if (name == "payload") {
        if (Result<> noted = note(Member::payload, name); !noted) return noted;
        return read_payload(value, message);
    }
    if (name == "payload-base64") {
        if (!is_string(value) || !decode_base64(text_of(value, text_), payload_))
            return bad("payload-base64 is not base64");
        message.payload = payload_;
        return note(Member::payload, "payload");
    }
    if (name == "qos") {
        if (value != "0" && value != "1" && value != "2") return bad("qos is not 0, 1 or 2");
        message.qos = static_cast<wire::Qos>(value.front() - '0');
        return note(Member::qos, name);
    }
    if (name == "retain") {
        const auto is_retained = boolean(value);
        if (!is_retained) return bad("retain is neither true nor false");
        message.retain = *is_retained;
        return note(Member::retain, name);
    }
    if (name != "properties") return {};
    if (Result<> read = read_properties(value); !read) return read;
    message.properties = properties_.view();
    return note(Member::properties, name);
}

Result<> JsonRecord::read_payload(std::string_view value, wire::Publish& message) {
    if (value == "null")
        message.payload = {};
    else
        message.payload = is_string(value) ? text_of(value, payload_) : value;
    return {};
}

Result<> JsonRecord::read_properties(std::string_view value) {
    properties_.clear();
    if (value.front() != '{') return bad("properties is not an object");
    const auto take = [this](std::string_view name, std::string_view property) {
        return read_property(name, property);
    };
    if (Result<> taken = each_member(value, property_name_, take); !taken) return taken;
    if (check_properties(properties_.view().bytes(), wire::PacketType::publish) != Errc::ok)
        return bad("a property stands twice");
    return {};
}

Result<> JsonRecord::read_property(std::string_view name, std::string_view value) {
    if (name == "user-properties") return read_user_properties(value);
    if (name == "correlation-data-base64") return add_binary(value, true);
    const wire::PropertyInfo* const property = wire::find_property(name);
    if (property == nullptr || !property->allowed(wire::PacketType::publish))
        return bad(fmt::format("'{}' is not a property of a message", escape_beginning(name)));
    switch (property->type) {
        case wire::PropertyType::string_pair:
            return bad("user-property is not a property of a message: there are user-properties");
        case wire::PropertyType::string:
            return add_string(*property, value);
        case wire::PropertyType::binary:
            return add_binary(value, false);
        default:
            break;
    }
    if (property->per_connection) return {};
    std::uint32_t number = 0;
    const char* const end = value.data() + value.size();
    const auto [rest, error] = std::from_chars(value.data(), end, number);
    if (error != std::errc{} || rest != end || number < property->minimum || number > property->maximum)
        return bad(fmt::format("{} is not a number from {} to {}", name, property->minimum, property->maximum));
    properties_.add(property->identifier, number);
    return {};
}

/// An array of objects, or, as mosquitto_sub prints them, one object.
Result<> JsonRecord::read_user_properties(std::string_view value) {
    if (value.front() == '{') return read_user_property_object(value);
    if (value.front() != '[') return bad("user-properties is not an array of objects");
    json::Cursor cursor(value);
    cursor.take('[');
    for (bool first = true; cursor.next_element(first); first = false) {
        const std::string_view element = cursor.value().value_or("null");
        if (element.front() != '{') return bad("user-properties is not an array of objects");
        if (Result<> read = read_user_property_object(element); !read) return read;
    }
    return {};
}

Result<> JsonRecord::read_user_property_object(std::string_view value) {
    return each_member(value, second_text_, [this](std::string_view name, std::string_view member) -> Result<> {
        if (!is_string(member)) return bad(fmt::format("user property '{}' is not a string", escape_beginning(name)));
        const std::string_view text = text_of(member, text_);
        if (!is_sendable(name) || !is_sendable(text))
            return bad(fmt::format("user property '{}' holds what no packet can carry", escape_beginning(name)));
        properties_.add(PropertyIdentifier::user_property, name, text);
        return {};
    });
}

Result<> JsonRecord::add_string(const wire::PropertyInfo& property, std::string_view value) {
    if (!is_string(value)) return bad(fmt::format("{} is not a string", property.name));
    const std::string_view text = text_of(value, text_);
    if (property.is_topic_name && !wire::is_topic_name(text))
        return bad(fmt::format("'{}' is no topic to answer on", escape_beginning(text)));
    if (!is_sendable(text)) return bad(fmt::format("{} holds what no packet can carry", property.name));
    properties_.add(property.identifier, text);
    return {};
}

Result<> JsonRecord::add_binary(std::string_view value, bool base64) {
    if (!is_string(value)) return bad("correlation-data is not a string");
    std::string_view bytes = text_of(value, text_);
    if (base64) {
        if (!decode_base64(bytes, second_text_)) return bad("correlation-data-base64 is not base64");
        bytes = second_text_;
    }
    if (bytes.size() > longest_string) return bad("correlation-data is longer than 65535 bytes");
    properties_.add(PropertyIdentifier::correlation_data, bytes);
    return {};
}

}  // namespace mqtts::record
