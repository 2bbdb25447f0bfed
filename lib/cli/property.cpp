// SPDX-License-Identifier: Apache-2.0
#include "cli/property.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/bad_option.hpp"
#include "cli/settings.hpp"
#include "cli/value.hpp"
#include "text/ascii.hpp"
#include "text/escape.hpp"

namespace mqtts::cli {

using wire::PacketType;
using wire::PropertyIdentifier;
using wire::PropertyInfo;

namespace {

constexpr PropertyCommand commands[] = {
    {"connect", PacketType::connect, [](Settings& s) -> wire::PropertyWriter& { return s.session.connect_properties; }},
    {"publish", PacketType::publish, [](Settings& s) -> wire::PropertyWriter& { return s.publish.properties; }},
    {"subscribe", PacketType::subscribe,
     [](Settings& s) -> wire::PropertyWriter& { return s.session.subscribe_properties; }},
    {"unsubscribe", PacketType::unsubscribe,
     [](Settings& s) -> wire::PropertyWriter& { return s.session.unsubscribe_properties; }},
    {"disconnect", PacketType::disconnect,
     [](Settings& s) -> wire::PropertyWriter& { return s.session.disconnect_properties; }},
    {"will", wire::will_properties, [](Settings& s) -> wire::PropertyWriter& { return will(s).properties; }},
};

const PropertyCommand* find_command(std::string_view name) {
    const auto* const found =
        std::ranges::find_if(commands, [&](const PropertyCommand& command) { return command.name == name; });
    return found != std::end(commands) ? found : nullptr;
}

/// "connect, publish or will"
std::string enumerated(const std::vector<std::string_view>& names) {
    std::string result;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i != 0) result += i + 1 == names.size() ? " or " : ", ";
        result += names[i];
    }
    return result;
}

Failure unknown_command(std::string_view name) {
    std::vector<std::string_view> names;
    for (const PropertyCommand& command : commands)
        names.push_back(command.name);
    return bad(fmt::format("'{}' takes no properties: give {}", escape(name), enumerated(names)));
}

Failure unknown_property(std::string_view name, const PropertyCommand& command) {
    std::vector<std::string_view> names;
    for (const PropertyInfo& property : wire::property_table())
        if (command.takes(property)) names.push_back(property.name);
    return bad(
        fmt::format("'{}' is not a property of MQTT 5: {} takes {}", escape(name), command.name, enumerated(names)));
}

Failure misplaced(const PropertyInfo& property, const PropertyCommand& command) {
    std::vector<std::string_view> names;
    for (const PropertyCommand& other : commands)
        if (other.takes(property)) names.push_back(other.name);
    return bad(
        names.empty()
            ? fmt::format("{} does not belong in {}: only a broker sends it", property.name, command.name)
            : fmt::format("{} does not belong in {}: it goes with {}", property.name, command.name, enumerated(names)));
}

Result<> add_text(wire::PropertyWriter& to, PropertyIdentifier identifier, const Result<std::string>& text) {
    if (!text) return text.error();
    to.add(identifier, *text);
    return {};
}

Result<> add_user_property(wire::PropertyWriter& to, Values pair) {
    const auto name = utf8_string(pair[0]);
    if (!name) return name.error();
    const auto value = utf8_string(pair[1]);
    if (!value) return value.error();
    to.add(PropertyIdentifier::user_property, *name, *value);
    return {};
}

Result<> add_value(wire::PropertyWriter& to, const PropertyInfo& property, Values words) {
    const std::string_view text = words.front();
    switch (property.type) {
        case wire::PropertyType::string:
            return add_text(
                to, property.identifier,
                property.identifier == PropertyIdentifier::response_topic ? topic_name(text) : utf8_string(text));
        case wire::PropertyType::binary:
            return add_text(to, property.identifier, escaped_binary_data(text));
        case wire::PropertyType::string_pair:
            return add_user_property(to, words);
        default:
            break;
    }
    const auto value = number(text, property.minimum, property.maximum);
    if (!value) return value.error();
    to.add(property.identifier, static_cast<std::uint32_t>(*value));
    return {};
}

void copy(const wire::Property& property, wire::PropertyWriter& to) {
    switch (wire::info(property.identifier).type) {
        case wire::PropertyType::string:
        case wire::PropertyType::binary:
            return to.add(property.identifier, property.text);
        case wire::PropertyType::string_pair:
            return to.add(property.identifier, property.text, property.value);
        default:
            return to.add(property.identifier, property.number);
    }
}

/// A DISCONNECT may change the Session Expiry Interval, but not from 0 to another [MQTT-3.14.2.2.2].
Result<> check_disconnect(session::Settings& session) {
    const auto changed = session.disconnect_properties.view().find(PropertyIdentifier::session_expiry_interval);
    if (!changed) return {};
    const bool ends_with_connection = session.session_expiry_interval == 0 || session.end_session_at_disconnect;
    if (ends_with_connection && changed->number != 0)
        return bad("-D disconnect session-expiry-interval prolongs a session that ends with the connection: give -x");
    session.end_session_at_disconnect = false;  // the property says it
    return {};
}

Result<> check_authentication(wire::PropertiesView connect) {
    if (connect.find(PropertyIdentifier::authentication_data) &&
        !connect.find(PropertyIdentifier::authentication_method))
        return bad("-D connect authentication-data needs authentication-method, too");  // [MQTT-3.1.2.11.10]
    return {};
}

/// Some properties of CONNECT have a setting of their own, where the session looks for them.
void take_connect_properties(session::Settings& session) {
    wire::PropertyWriter others;
    for (const wire::Property& property : session.connect_properties.view()) {
        switch (property.identifier) {
            case PropertyIdentifier::session_expiry_interval:
                break;  // already taken, as with -x
            case PropertyIdentifier::receive_maximum:
                session.receive_maximum = static_cast<std::uint16_t>(property.number);
                break;
            case PropertyIdentifier::maximum_packet_size:
                session.maximum_packet_size = property.number;
                break;
            default:
                copy(property, others);
        }
    }
    session.connect_properties = std::move(others);
}

}  // namespace

bool PropertyCommand::takes(const PropertyInfo& property) const noexcept {
    // A client must not say for which subscriptions a message is [MQTT-3.3.4-6].
    const bool only_from_server =
        packet == PacketType::publish && property.identifier == PropertyIdentifier::subscription_identifier;
    return property.allowed(packet) && !only_from_server;
}

std::span<const PropertyCommand> property_commands() noexcept {
    return commands;
}

Result<> add_property(Settings& settings, Values words) {
    const PropertyCommand* const command = find_command(lower_case(words[0]));
    if (command == nullptr) return unknown_command(words[0]);
    const PropertyInfo* const property = wire::find_property(lower_case(words[1]));
    if (property == nullptr) return unknown_property(words[1], *command);
    if (!command->takes(*property)) return misplaced(*property, *command);

    wire::PropertyWriter& properties = command->properties(settings);
    if (!property->repeatable(command->packet) && properties.view().find(property->identifier))
        return bad(fmt::format("{} has {} already, and takes only one", command->name, property->name));
    if (auto added = add_value(properties, *property, words.subspan(2)); !added)
        return bad(fmt::format("{}: {}", property->name, added.error().what));
    settings.properties_given = true;
    if (command->packet == PacketType::connect && property->identifier == PropertyIdentifier::session_expiry_interval)
        settings.session_expiry_interval = properties.view().find(property->identifier)->number;  // as with -x
    return {};
}

Result<> check_properties(session::Settings& session) {
    if (auto checked = check_disconnect(session); !checked) return checked;
    if (auto checked = check_authentication(session.connect_properties.view()); !checked) return checked;
    take_connect_properties(session);
    return {};
}

std::size_t property_words(Values first) noexcept {
    return first.size() > 1 && lower_case(first[1]) == "user-property" ? 4 : 3;
}

std::string_view property_secret(Values words) noexcept {
    return lower_case(words[1]) == "authentication-data" ? words[2] : std::string_view();
}

}  // namespace mqtts::cli
