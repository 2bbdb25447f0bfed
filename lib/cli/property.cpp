// SPDX-License-Identifier: Apache-2.0
#include "cli/property.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "cli/values/value.hpp"
#include "text/ascii.hpp"
#include "text/escape.hpp"

namespace mqtts::cli {

using wire::PacketType;
using wire::PropertyIdentifier;
using wire::PropertyInfo;

namespace {

constexpr PropertyCommand commands[] = {
    {"connect", PacketType::connect,
     [](Arguments& a) -> wire::PropertyWriter& { return a.session.connect_properties; }},
    {"publish", PacketType::publish, [](Arguments& a) -> wire::PropertyWriter& { return a.publish.properties; }},
    {"subscribe", PacketType::subscribe,
     [](Arguments& a) -> wire::PropertyWriter& { return a.session.subscribe_properties; }},
    {"unsubscribe", PacketType::unsubscribe,
     [](Arguments& a) -> wire::PropertyWriter& { return a.session.unsubscribe_properties; }},
    {"disconnect", PacketType::disconnect,
     [](Arguments& a) -> wire::PropertyWriter& { return a.session.disconnect_properties; }},
    {"will", wire::will_properties, [](Arguments& a) -> wire::PropertyWriter& { return a.session.will.properties; }},
};

const PropertyCommand* find_command(std::string_view name) {
    const auto* const found =
        std::ranges::find_if(commands, [&](const PropertyCommand& command) { return command.name == name; });
    return found != std::end(commands) ? found : nullptr;
}

/// Enumerates names: "connect, publish or will".
std::string enumerated(const std::vector<std::string_view>& names) {
    std::string result;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i != 0) result += i + 1 == names.size() ? " or " : ", ";
        result += names[i];
    }
    return result;
}

/// Does not quote the word: it may be the value of a property whose name is missing before it.
Failure unknown_command() {
    std::vector<std::string_view> names;
    for (const PropertyCommand& command : commands)
        names.push_back(command.name);
    return bad("the first word is not a packet that has properties", fmt::format("give {}", enumerated(names)));
}

Failure unknown_property(const PropertyCommand& command) {
    std::vector<std::string_view> names;
    for (const PropertyInfo& property : wire::property_table())
        if (command.takes(property)) names.push_back(property.name);
    return bad("the second word is not a property of MQTT 5",
               fmt::format("for {} give {}", command.name, enumerated(names)));
}

Failure misplaced(const PropertyInfo& property, const PropertyCommand& command) {
    std::vector<std::string_view> names;
    for (const PropertyCommand& other : commands)
        if (other.takes(property)) names.push_back(other.name);
    const std::string cause = fmt::format("{} does not belong in {}", property.name, command.name);
    return names.empty() ? bad(cause + ": only a broker sends it")
                         : bad(cause, fmt::format("give {} with {}", property.name, enumerated(names)));
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
            return add_text(to, property.identifier, property.is_topic_name ? topic_name(text) : utf8_string(text));
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

}  // namespace

bool PropertyCommand::takes(const PropertyInfo& property) const noexcept {
    return property.allowed_from_client(packet);
}

std::span<const PropertyCommand> property_commands() noexcept {
    return commands;
}

Result<> add_property(Arguments& arguments, Values words) {
    const PropertyCommand* const command = find_command(lower_case(words[0]));
    if (command == nullptr) return unknown_command();
    const PropertyInfo* const property = wire::find_property(lower_case(words[1]));
    if (property == nullptr) return unknown_property(*command);
    if (!command->takes(*property)) return misplaced(*property, *command);

    wire::PropertyWriter& properties = command->properties(arguments);
    if (!property->repeatable(command->packet) && properties.view().find(property->identifier))
        return bad(fmt::format("{} has {} already", command->name, property->name),
                   fmt::format("give {} only once", property->name), {"-D"});
    if (auto added = add_value(properties, *property, words.subspan(2)); !added)
        return with_cause(added.error(), fmt::format("{}: {}", property->name, added.error().cause));
    arguments.session.properties_given = true;
    if (command->packet == PacketType::connect && property->identifier == PropertyIdentifier::session_expiry_interval)
        arguments.session.session_expiry_interval = properties.view().find(property->identifier)->number;  // as with -x
    return {};
}

std::size_t property_words(Values first) noexcept {
    if (first.size() < 2) return 3;
    const PropertyInfo* const property = wire::find_property(lower_case(first[1]));
    return property != nullptr && property->type == wire::PropertyType::string_pair ? 4 : 3;
}

std::string_view property_secret(Values words) noexcept {
    const PropertyInfo* const property = wire::find_property(lower_case(words[1]));
    return property != nullptr && property->is_secret ? words[2] : std::string_view();
}

}  // namespace mqtts::cli
