// SPDX-License-Identifier: Apache-2.0
#include "record/json_record.hpp"

#include <fmt/format.h>

#include <charconv>

#include "json/cursor.hpp"
#include "text/base64.hpp"
#include "text/escape.hpp"
#include "wire/topic.hpp"

namespace mqtts::record {

using json::Value;
using wire::PropertyIdentifier;

namespace {

using wire::longest_string;

Failure bad(std::string reason, std::string hint = {}) {
    return {Errc::bad_record, std::move(reason), std::move(hint)};
}

Failure not_json(const json::Cursor& cursor) {
    return bad(fmt::format("invalid JSON at byte {}", cursor.taken() + 1));
}

/// Calls take(name, value) for each member of the object that the cursor is in, until it fails.
template <class Take>
Result<> each_member(json::Cursor& cursor, std::string& name_scratch, Take take) {
    for (bool first = true; cursor.next_element(first); first = false) {
        const auto name = cursor.name();
        if (!name) return not_json(cursor);
        const auto value = cursor.value();
        if (!value) return not_json(cursor);
        if (Result<> taken = take(name->text(name_scratch), *value); !taken) return taken;
    }
    return {};
}

/// Reads a boolean exactly as mqtts-sub and mosquitto_sub print it.
std::optional<bool> boolean(const Value& value) {
    if (value.json == "true" || value.json == "1") return true;
    if (value.json == "false" || value.json == "0") return false;
    return std::nullopt;
}

/// Says why no packet can carry this text, or no broker takes it; empty: both can.
std::string objection_to(std::string_view text) {
    if (text.size() > longest_string) return fmt::format("it is longer than {} bytes", longest_string);
    return wire::objection_to(text);
}

Failure bad_text(std::string_view name, std::string_view objection, std::string_view text) {
    return bad(fmt::format("{} cannot be sent: {}", name, objection), std::string(wire::hint_for_text(text)));
}

}  // namespace

Result<> JsonRecord::read(std::string_view text, wire::Publish& message) {
    json::Cursor cursor(text);
    members_ = 0;
    tst_.reset();
    cursor.skip_space();
    if (!cursor.take('{')) return bad("not a JSON object");
    const auto take = [&](std::string_view name, const Value& value) { return read_member(name, value, message); };
    if (Result<> taken = each_member(cursor, member_name_, take); !taken) return taken;
    const bool closed = cursor.take('}');
    cursor.skip_space();
    if (!closed || !cursor.at_end()) return not_json(cursor);
    if ((members_ & Member::payload) == 0) return bad("no payload", "write null for an empty payload");
    return {};
}

Result<TimeStamp> JsonRecord::time_stamp() {
    if (!tst_) return bad("no tst", "give each record a time, or leave out --replay");
    const std::string_view text = tst_->is_string() ? tst_->text(text_) : tst_->json;
    if (const auto stamp = tst_->is_string() ? to_time_stamp(text) : std::nullopt) return *stamp;
    return bad(fmt::format("tst '{}' is not a time", escape_beginning(text)),
               "write a time with its offset from UTC, such as 2026-11-20T12:17:43.789743+0000");
}

Result<> JsonRecord::note(Member member, std::string_view name) {
    if ((members_ & member) != 0) return bad(fmt::format("{} is given twice", name));
    members_ |= member;
    return {};
}

Result<> JsonRecord::read_member(std::string_view name, const Value& value, wire::Publish& message) {
    if (name == "topic") {
        if (!value.is_string()) return bad("topic is not a string");
        message.topic_name = value.text(topic_name_);
        return note(Member::topic, name);
    }
    if (name == "payload") {
        if (Result<> noted = note(Member::payload, name); !noted) return noted;
        return read_payload(value, message);
    }
    if (name == "payload-base64") {
        if (!value.is_string() || !decode_base64(value.text(text_), payload_))
            return bad("payload-base64 is not base64");
        message.payload = payload_;
        return note(Member::payload, "payload");
    }
    if (name == "qos") {
        const char digit = value.json.front();
        if (value.json.size() != 1 || digit < '0' || digit > '2') return bad("qos is not 0, 1 or 2");
        message.qos = static_cast<wire::Qos>(digit - '0');
        return note(Member::qos, name);
    }
    if (name == "retain") {
        const auto is_retained = boolean(value);
        if (!is_retained) return bad("retain is neither true nor false");
        message.retain = *is_retained;
        return note(Member::retain, name);
    }
    if (name == "tst") tst_ = value;
    if (name != "properties") return {};
    if (Result<> read = read_properties(value); !read) return read;
    message.properties = properties_.view();
    return note(Member::properties, name);
}

Result<> JsonRecord::read_payload(const Value& value, wire::Publish& message) {
    if (value.json == "null")
        message.payload = {};
    else
        message.payload = value.is_string() ? value.text(payload_) : value.json;
    return {};
}

Result<> JsonRecord::read_properties(const Value& value) {
    properties_.clear();
    if (value.json.front() != '{') return bad("properties is not an object");
    json::Cursor cursor(value.json.substr(1));
    const auto take = [this](std::string_view name, const Value& property) { return read_property(name, property); };
    if (Result<> taken = each_member(cursor, property_name_, take); !taken) return taken;
    if (check_properties(properties_.view().bytes(), wire::PacketType::publish) != Errc::ok)
        return bad("a property is given twice");
    return {};
}

Result<> JsonRecord::read_property(std::string_view name, const Value& value) {
    if (name == "user-properties") return read_user_properties(value);
    if (name == "correlation-data-base64") return add_binary(value, true);
    const wire::PropertyInfo* const property = wire::find_property(name);
    if (property == nullptr || !property->allowed(wire::PacketType::publish))
        return bad(fmt::format("'{}' is not a property of a message", escape_beginning(name)));
    switch (property->type) {
        case wire::PropertyType::string_pair:
            return bad("user-property is not a property of a message", "write user-properties");
        case wire::PropertyType::string:
            return add_string(*property, value);
        case wire::PropertyType::binary:
            return add_binary(value, false);
        default:
            break;
    }
    if (property->per_connection) return {};
    std::uint32_t number = 0;
    const char* const end = value.json.data() + value.json.size();
    const auto [rest, error] = std::from_chars(value.json.data(), end, number);
    if (error != std::errc{} || rest != end || number < property->minimum || number > property->maximum)
        return bad(fmt::format("{} is not a number from {} to {}", name, property->minimum, property->maximum));
    properties_.add(property->identifier, number);
    return {};
}

/// Reads an array of objects, or, as mosquitto_sub prints them, one object.
Result<> JsonRecord::read_user_properties(const Value& value) {
    json::Cursor cursor(value.json);
    if (cursor.take('{')) return read_user_property_object(cursor);
    if (!cursor.take('[')) return bad("user-properties is not an array of objects");
    for (bool first = true; cursor.next_element(first); first = false) {
        if (!cursor.take('{')) return bad("user-properties is not an array of objects");
        if (Result<> read = read_user_property_object(cursor); !read) return read;
        cursor.take('}');
    }
    return {};
}

Result<> JsonRecord::read_user_property_object(json::Cursor& cursor) {
    return each_member(cursor, second_text_, [this](std::string_view name, const Value& value) -> Result<> {
        if (!value.is_string()) return bad(fmt::format("user property '{}' is not a string", escape_beginning(name)));
        const std::string_view text = value.text(text_);
        for (const std::string_view part : {name, text})
            if (const std::string objection = objection_to(part); !objection.empty())
                return bad_text(fmt::format("user property '{}'", escape_beginning(name)), objection, part);
        properties_.add(PropertyIdentifier::user_property, name, text);
        return {};
    });
}

Result<> JsonRecord::add_string(const wire::PropertyInfo& property, const Value& value) {
    if (!value.is_string()) return bad(fmt::format("{} is not a string", property.name));
    const std::string_view text = value.text(text_);
    if (property.is_topic_name && !wire::is_topic_name(text))
        return bad(fmt::format("'{}' cannot be a response topic", escape_beginning(text)));
    if (const std::string objection = objection_to(text); !objection.empty())
        return bad_text(property.name, objection, text);
    properties_.add(property.identifier, text);
    return {};
}

Result<> JsonRecord::add_binary(const Value& value, bool base64) {
    if (!value.is_string()) return bad("correlation-data is not a string");
    std::string_view bytes = value.text(text_);
    if (base64) {
        if (!decode_base64(bytes, second_text_)) return bad("correlation-data-base64 is not base64");
        bytes = second_text_;
    }
    if (bytes.size() > longest_string) return bad("correlation-data is longer than 65535 bytes");
    properties_.add(PropertyIdentifier::correlation_data, bytes);
    return {};
}

}  // namespace mqtts::record
