// SPDX-License-Identifier: Apache-2.0
#include "format/formatter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "text/escape.hpp"
#include "text/number.hpp"

namespace mqtts::format {

namespace {

Step text_step(std::string_view text) {
    return {.item = Item::text, .text = std::string(text)};
}

std::vector<Step> steps_of(const MessageFormInfo& form) {
    std::vector<Step> steps;
    if (form.has_length) steps.push_back({.item = Item::length_prefix});
    steps.push_back({.item = form.is_object ? Item::json : Item::payload});
    if (!form.end.empty()) steps.push_back(text_step(form.end));
    return steps;
}

bool prints_time(Item item) {
    switch (item) {
        case Item::json:
        case Item::json_with_payload:
        case Item::second:
        case Item::unix_time:
        case Item::nanoseconds:
            return true;
        default:
            return false;
    }
}

/// Appends a number, padded with zeros if the field says so.
void append_integer(Buffer& to, const Field& field, std::uint64_t number) {
    const std::size_t begin = to.size();
    append_number(to, number);
    pad(to, begin, field, field.fill);
}

void append_length_prefix(Buffer& to, std::size_t length, Reader reader) {
    const char bytes[] = {static_cast<char>(length >> 24), static_cast<char>(length >> 16),
                          static_cast<char>(length >> 8), static_cast<char>(length)};
    append_text(to, {bytes, sizeof bytes}, reader);
}

/// Appends blanks for a property that the message does not have.
void append_blank(Buffer& to, const Field& field) {
    pad(to, to.size(), {.width = field.width}, field.fill);
}

}  // namespace

Formatter::Formatter(const Settings& settings, const Log& log, Reader reader)
    : json_({.pretty = settings.pretty,
             .escapes = reader == Reader::program ? json::Escapes::required : json::Escapes::all_controls},
            log),
      log_(log),
      reader_(reader) {
    if (settings.output) {
        steps_ = steps_of(info(*settings.output));
    } else if (settings.format) {
        steps_ = compile(*settings.format).value();
    } else {
        if (settings.verbose) steps_ = {Step{.item = Item::topic_name}, text_step(" ")};
        steps_.push_back({.item = Item::payload});
    }
    if (settings.end_of_line && !settings.output) steps_.push_back(text_step("\n"));

    if (settings.format || settings.output)
        empty_steps_ = steps_;
    else if (settings.verbose && settings.end_of_line)
        empty_steps_ = {Step{.item = Item::topic_name}, text_step(" (null)\n")};
    prints_time_ = std::any_of(steps_.begin(), steps_.end(), [](const Step& step) { return prints_time(step.item); });
}

Moment Formatter::now() const {
    return prints_time_ ? std::chrono::system_clock::now() : Moment();
}

/// Tells whether the step prints exactly the payload.
bool Formatter::is_plain_payload(const Step& step) const noexcept {
    return step.item == Item::payload && step.field.width == 0 && reader_ == Reader::program;
}

void Formatter::format(Gather& to, const wire::Publish& message, Moment received) {
    for (Step& step : message.payload.empty() ? empty_steps_ : steps_) {
        if (step.item == Item::text)
            to.buffer().append(step.text);
        else if (!is_plain_payload(step))
            append(to.buffer(), step, message, received);
        else if (message.payload.size() < Gather::large)
            to.buffer().append(message.payload);
        else
            to.refer_to(message.payload);
    }
}

void Formatter::append(Buffer& to, Step& step, const wire::Publish& message, Moment received) {
    const Field& field = step.field;
    switch (step.item) {
        case Item::text:
            return to.append(step.text);
        case Item::topic_name:
            return append_string(to, field, message.topic_name);
        case Item::payload:
            return append_payload(to, field, message.payload);
        case Item::hexadecimal:
            return append_hexadecimal(to, field, message.payload, "0123456789abcdef");
        case Item::upper_hexadecimal:
            return append_hexadecimal(to, field, message.payload, "0123456789ABCDEF");
        case Item::float_number:
            return append_payload_as<float>(to, field, message);
        case Item::double_number:
            return append_payload_as<double>(to, field, message);
        case Item::payload_length:
            return append_integer(to, field, message.payload.size());
        case Item::length_prefix:
            return append_length_prefix(to, message.payload.size(), reader_);
        case Item::packet_identifier:
            return append_integer(to, field, message.packet_identifier);
        case Item::qos:
            return append_number(to, static_cast<unsigned>(message.qos));
        case Item::retain:
            return to.append(message.retain ? "1" : "0");
        case Item::property:
            return append_property(to, step, message);
        case Item::user_properties:
            return append_user_properties(to, message);
        case Item::json:
            return json_.append(to, message, JsonMessage::Payload::string, received);
        case Item::json_with_payload:
            return json_.append(to, message, JsonMessage::Payload::json, received);
        case Item::second:
            return append_string(to, field, step.second.at(received));
        case Item::unix_time:
            append_seconds(to, received);
            to.append(".");
            return append_fraction(to, received, 9);
        case Item::nanoseconds:
            return append_fraction(to, received, 9);
    }
}

/// Appends the payload; the width also cuts it.
void Formatter::append_payload(Buffer& to, const Field& field, std::string_view payload) const {
    if (field.width != 0) payload = payload.substr(0, field.width);
    const std::size_t begin = to.size();
    append_text(to, payload, reader_, reader_ == Reader::terminal ? "\n\t" : "\t");
    pad(to, begin, field, field.fill);
}

/// Appends a property. A missing Response Topic or Correlation Data leaves no space either.
void Formatter::append_property(Buffer& to, const Step& step, const wire::Publish& message) const {
    const auto property = message.properties.find(step.property);
    switch (step.property) {
        case wire::PropertyIdentifier::correlation_data:
            return append_text(to, property ? property->text : "", reader_);
        case wire::PropertyIdentifier::response_topic:
            if (property) append_string(to, step.field, property->text);
            return;
        default:
            if (!property) return append_blank(to, step.field);
            if (info(step.property).type == wire::PropertyType::string)
                return append_string(to, step.field, property->text);
            return append_integer(to, step.field, property->number);
    }
}

void Formatter::append_user_properties(Buffer& to, const wire::Publish& message) const {
    bool first = true;
    for (const wire::Property& property : message.properties) {
        if (property.identifier != wire::PropertyIdentifier::user_property) continue;
        if (!first) to.append(" ");
        first = false;
        append_text(to, property.text, reader_);
        to.append(":");
        append_text(to, property.value, reader_);
    }
}

void Formatter::append_string(Buffer& to, const Field& field, std::string_view text) const {
    if (field.precision) text = text.substr(0, *field.precision);
    const std::size_t begin = to.size();
    append_text(to, text, reader_);
    pad(to, begin, field, ' ');
}

template <class Number>
void Formatter::append_payload_as(Buffer& to, const Field& field, const wire::Publish& message) const {
    if (message.payload.size() != sizeof(Number)) {
        constexpr std::string_view letter = std::is_same_v<Number, float> ? "%f" : "%d";
        log_.warning(fmt::format("cannot print the payload of a message on {} with {}: it has {} bytes, not {}",
                                 escape(message.topic_name), letter, message.payload.size(), sizeof(Number)));
        return;
    }
    Number number;
    std::memcpy(&number, message.payload.data(), sizeof number);
    append_floating(to, field, static_cast<double>(number));
}

}  // namespace mqtts::format
