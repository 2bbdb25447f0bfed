// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/subscriptions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/quote.hpp"
#include "cli/resolve/commands.hpp"
#include "cli/resolve/request.hpp"
#include "wire/topic.hpp"

namespace mqtts::cli {

using session::SubscriptionSettings;
using wire::Qos;

namespace {

/// With -R the server need not send the messages that are skipped, unless it has to remove them.
bool spares_retained(const Arguments& typed) {
    return typed.print.skip_retained && !typed.subscribe.remove_retained;
}

SubscriptionSettings subscription(const Arguments& typed, RequestedSubscription requested) {
    SubscriptionOptions for_all = typed.all_subscriptions;
    for_all.qos = typed.qos;
    if (spares_retained(typed)) {
        for_all.retain_handling = wire::RetainHandling::never;
        requested.options.retain_handling.reset();
    }
    SubscriptionSettings settings = complete(requested, for_all);
    settings.subscription_identifier = subscription_identifier(typed, requested.topic_filter);
    return settings;
}

/// Refuses no-local for a shared subscription [MQTT-3.8.3-4].
Result<> check_shared(const SubscriptionSettings& subscription) {
    if (subscription.no_local && subscription.topic_filter.starts_with(wire::share_prefix))
        return bad(
            fmt::format("no-local is not allowed for the shared subscription {}", quoted(subscription.topic_filter)),
            "leave out no-local");
    return {};
}

}  // namespace

Result<std::vector<SubscriptionSettings>> resolve_subscriptions(const Arguments& arguments) {
    std::vector<SubscriptionSettings> subscriptions;
    if (is_check(arguments)) {
        if (const auto& topic = arguments.diagnosis.check_topic)
            subscriptions.push_back({.topic_filter = *topic, .qos = Qos::at_least_once});
        return subscriptions;
    }
    if (arguments.publish.response_topic)
        subscriptions.push_back(subscription(arguments, {.topic_filter = response_topic(arguments)}));
    for (const RequestedSubscription& requested : requested_subscriptions(arguments)) {
        subscriptions.push_back(subscription(arguments, requested));
        if (const auto checked = check_shared(subscriptions.back()); !checked) return checked.error();
    }
    return subscriptions;
}

Qos highest_qos(const Arguments& arguments) {
    if (arguments.publish.form == MessageForm::json) return Qos::exactly_once;  // each message may say its own
    if (arguments.command == Command::publish) return arguments.qos.value_or(Qos::at_most_once);
    Qos highest = Qos::at_most_once;
    for (const RequestedSubscription& requested : requested_subscriptions(arguments))
        highest = std::max(highest, subscription(arguments, requested).qos);
    return highest;
}

std::string only_in_version_5(const Arguments& arguments) {
    if (is_check(arguments)) return {};
    return options_only_in_v5(arguments.all_subscriptions, arguments.subscribe.subscriptions,
                              spares_retained(arguments));
}

}  // namespace mqtts::cli
