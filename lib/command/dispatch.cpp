// SPDX-License-Identifier: Apache-2.0
#include "command/dispatch.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "wire/topic.hpp"

namespace mqtts::command {

namespace {

template <class Handles>
std::vector<std::size_t> rules_that(const std::vector<Rule>& rules, Handles handles) {
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < rules.size(); ++place)
        if (handles(rules[place])) places.push_back(place);
    return places;
}

bool has_identifier_of(const wire::Publish& message, const Rule& rule) {
    return std::ranges::any_of(rule.subscription_identifiers, [&](std::uint32_t identifier) {
        return std::ranges::any_of(message.properties, [&](const wire::Property& property) {
            return property.identifier == wire::PropertyIdentifier::subscription_identifier &&
                   property.number == identifier;
        });
    });
}

bool matches_topic_of(const wire::Publish& message, const Rule& rule) {
    return std::ranges::any_of(rule.topic_filters,
                               [&](const std::string& filter) { return wire::matches(filter, message.topic_name); });
}

}  // namespace

std::vector<std::size_t> commands_for(const wire::Publish& message, const std::vector<Rule>& rules) {
    if (rules.size() == 1 && rules.front().subscription_identifiers.empty()) return {0};
    const auto is_named = [&](const Rule& rule) { return has_identifier_of(message, rule); };
    const auto is_matching = [&](const Rule& rule) { return matches_topic_of(message, rule); };
    auto places = rules_that(rules, [&](const Rule& rule) { return is_named(rule) && is_matching(rule); });
    if (places.empty()) places = rules_that(rules, is_matching);
    return places;
}

}  // namespace mqtts::command
