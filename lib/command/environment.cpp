// SPDX-License-Identifier: Apache-2.0
#include "command/environment.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "json/writer.hpp"
#include "text/base64.hpp"
#include "text/number.hpp"

namespace mqtts::command {

namespace {

using Id = wire::PropertyIdentifier;

constexpr std::string_view level_prefix = "MQTT_LEVEL_";
constexpr std::array<std::string_view, 9> facts = {"MQTT_TOPIC",
                                                   "MQTT_QOS",
                                                   "MQTT_RETAIN",
                                                   "MQTT_DUP",
                                                   "MQTT_PAYLOAD_LENGTH",
                                                   "MQTT_RESPONSE_TOPIC",
                                                   "MQTT_CORRELATION_DATA",
                                                   "MQTT_CONTENT_TYPE",
                                                   "MQTT_USER_PROPERTIES"};
constexpr std::size_t most_kept_facts = 64 * 1024;  // the memory that stays after a message with large properties
constexpr std::array<std::string_view, 2> secrets = {"MQTTS_PASSWORD", "MQTTS_KEY_PASS"};

/// Tells whether a command may see a variable of ours. One that a message sets must not be left from somewhere else: it
/// would be taken for the message's.
bool stays(std::string_view variable) {
    const std::string_view name = variable.substr(0, variable.find('='));
    return std::ranges::find(facts, name) == facts.end() && std::ranges::find(secrets, name) == secrets.end() &&
           !name.starts_with(level_prefix);
}

/// Writes strings, each of which a NUL ends, and notes where they begin.
class Strings {
public:
    Strings(Buffer& to, std::vector<std::size_t>& begins) : to_(to), begins_(begins) {}

    /// Returns where to append the value.
    Buffer& begin(std::string_view name) {
        begins_.push_back(to_.size());
        to_.append(name);
        to_.append("=");
        return to_;
    }
    void end() { to_.append(std::string_view("", 1)); }

    void add(std::string_view name, std::string_view value) {
        begin(name).append(value);
        end();
    }
    void add(std::string_view name, std::uint64_t value) {
        append_number(begin(name), value);
        end();
    }

private:
    Buffer& to_;
    std::vector<std::size_t>& begins_;
};

void add_levels(Strings& to, std::string_view topic_name) {
    for (std::size_t level = 1; level <= Environment::most_levels; ++level) {
        const std::size_t end = topic_name.find('/');
        to.add(std::string(level_prefix) + std::to_string(level), topic_name.substr(0, end));
        if (end == topic_name.npos) return;
        topic_name.remove_prefix(end + 1);
    }
}

void add_user_properties(Strings& to, wire::PropertiesView properties) {
    if (!properties.find(Id::user_property)) return;
    json::Writer json(to.begin("MQTT_USER_PROPERTIES"), {});
    json.begin_array();
    for (const wire::Property& property : properties) {
        if (property.identifier != Id::user_property) continue;
        json.element();
        json.begin_object();
        json.key(property.text);
        json.text(property.value);
        json.end_object();
    }
    json.end_array();
    to.end();
}

void add_properties(Strings& to, wire::PropertiesView properties) {
    if (properties.empty()) return;
    if (const auto topic = properties.find(Id::response_topic)) to.add("MQTT_RESPONSE_TOPIC", topic->text);
    if (const auto type = properties.find(Id::content_type)) to.add("MQTT_CONTENT_TYPE", type->text);
    if (const auto data = properties.find(Id::correlation_data)) {
        append_base64(to.begin("MQTT_CORRELATION_DATA"), data->text);
        to.end();
    }
    add_user_properties(to, properties);
}

}  // namespace

Environment::Environment(const char* const* ours) {
    for (; *ours != nullptr; ++ours)
        if (stays(*ours)) kept_.emplace_back(*ours);
    for (std::string& variable : kept_)
        pointers_.push_back(variable.data());
}

char* const* Environment::of(const wire::Publish& message) {
    facts_.clear();
    facts_.shrink(most_kept_facts);
    begins_.clear();
    Strings to(facts_, begins_);
    to.add("MQTT_TOPIC", message.topic_name);
    to.add("MQTT_QOS", static_cast<unsigned>(message.qos));
    to.add("MQTT_RETAIN", message.retain ? 1U : 0U);
    to.add("MQTT_DUP", message.dup ? 1U : 0U);
    to.add("MQTT_PAYLOAD_LENGTH", message.payload.size());
    add_levels(to, message.topic_name);
    add_properties(to, message.properties);
    pointers_.resize(kept_.size());
    for (const std::size_t begin : begins_)
        pointers_.push_back(facts_.mutable_bytes().data() + begin);
    pointers_.push_back(nullptr);
    return pointers_.data();
}

}  // namespace mqtts::command
