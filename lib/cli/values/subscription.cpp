// SPDX-License-Identifier: Apache-2.0
#include "cli/values/subscription.hpp"

#include <fmt/format.h>

#include <utility>

#include "cli/bad_option.hpp"
#include "cli/quote.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace {

/// Returns the text before the first separator, and leaves in `text` the one after it.
std::string_view take(std::string_view& text, char separator) {
    const std::size_t end = text.find(separator);
    const std::string_view whole = std::exchange(text, {});
    if (end == std::string_view::npos) return whole;
    text = whole.substr(end + 1);
    return whole.substr(0, end);
}

Result<> in_option(std::string_view name, Result<> outcome) {
    if (outcome) return outcome;
    return with_cause(outcome.error(), fmt::format("{}: {}", name, outcome.error().cause));
}

Result<> apply(SubscriptionOptions& options, std::string_view item) {
    std::string_view value = item;
    const std::string_view name = take(value, '=');
    const bool has_value = name.size() < item.size();
    if (name == "qos" && has_value) return in_option(name, set(options.qos, qos(value)));
    if (name == "retain-handling" && has_value)
        return in_option(name, set(options.retain_handling, retain_handling(value)));
    if (item == "no-local") return put(options.no_local, true);
    if (item == "retain-as-published") return put(options.retain_as_published, true);
    return bad(fmt::format("{} is not an option of a subscription", quoted(item)),
               "give qos=0|1|2, no-local, retain-as-published or retain-handling=always|new|never");
}

}  // namespace

Result<SubscriptionOptions> parse_subscription_options(std::string_view text) {
    SubscriptionOptions options;
    while (!text.empty())
        if (auto applied = apply(options, take(text, ',')); !applied) return applied.error();
    return options;
}

session::SubscriptionSettings complete(const RequestedSubscription& requested, const SubscriptionOptions& for_all) {
    const SubscriptionOptions& own = requested.options;
    return {.topic_filter = requested.topic_filter,
            .qos = own.qos.value_or(for_all.qos.value_or(wire::Qos::at_most_once)),
            .no_local = own.no_local || for_all.no_local,
            .retain_as_published = own.retain_as_published || for_all.retain_as_published,
            .retain_handling =
                own.retain_handling.value_or(for_all.retain_handling.value_or(wire::RetainHandling::always))};
}

std::string options_only_in_v5(const SubscriptionOptions& for_all, const std::vector<RequestedSubscription>& requested,
                               bool skips_retained) {
    bool as_published = for_all.retain_as_published;
    bool handling = false;
    const auto look_at = [&](const SubscriptionOptions& options) {
        as_published = as_published || options.retain_as_published;
        handling =
            handling || options.retain_handling.value_or(wire::RetainHandling::always) != wire::RetainHandling::always;
    };
    look_at(for_all);
    for (const RequestedSubscription& one : requested)
        look_at(one.options);
    handling = handling && !skips_retained;
    if (as_published && handling) return "--retain-as-published and --retain-handling are";
    if (as_published) return "--retain-as-published is";
    return handling ? "--retain-handling is" : "";
}

}  // namespace mqtts::cli
