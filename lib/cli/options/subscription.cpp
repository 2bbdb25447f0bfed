// SPDX-License-Identifier: Apache-2.0
// What mqtts-sub subscribes to, and which messages count.
#include <limits>

#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace subscription_table {
namespace {

constexpr std::string_view section = "Subscription";

constexpr std::uint64_t largest_count = std::numeric_limits<std::uint64_t>::max();

Result<> request(Arguments& arguments, std::string_view filter, const SubscriptionOptions& subscription_options) {
    auto checked = topic_filter(filter);
    if (!checked) return checked.error();
    arguments.subscribe.subscriptions.push_back({.topic_filter = *std::move(checked), .options = subscription_options});
    return {};
}

Result<> add_subscription(Arguments& arguments, Values values) {
    const auto parsed = parse_subscription_options(values[1]);
    if (!parsed) return parsed.error();
    return request(arguments, values[0], *parsed);
}

Result<> add_checked(std::vector<std::string>& to, Result<std::string> checked) {
    if (!checked) return checked.error();
    to.push_back(*std::move(checked));
    return {};
}

constexpr Option table[] = {
    {.name = "topic",
     .letter = 't',
     .value = "FILTER",
     .section = section,
     .help = "subscribe to FILTER (+ and # allowed); repeatable",
     .command = Command::subscribe,
     .repeatable = true,
     .common = true,
     .apply = [](Arguments& a, Values v) { return request(a, v.front(), {}); }},
    {.name = "subscribe",
     .value = "FILTER OPTIONS",
     .section = section,
     .help = "subscribe to FILTER with its own options; repeatable",
     .command = Command::subscribe,
     .repeatable = true,
     .apply = add_subscription},
    {.name = "unsubscribe",
     .letter = 'U',
     .value = "FILTER",
     .section = section,
     .help = "unsubscribe FILTER from the session; repeatable",
     .command = Command::subscribe,
     .repeatable = true,
     .apply = [](Arguments& a, Values v) { return add_checked(a.subscribe.unsubscriptions, topic_filter(v.front())); }},
    {.name = "qos",
     .letter = 'q',
     .value = "QOS",
     .section = section,
     .help = "receive with at most this QoS: 0, 1 or 2",
     .initial = "0",
     .choices = "0 1 2",
     .command = Command::subscribe,
     .completion = Completion::choice,
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.qos, qos(v.front())); }},
    {.name = "no-retained",
     .letter = 'R',
     .section = section,
     .help = "skip retained messages",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values) { return put(a.print.skip_retained, true); }},
    {.name = "no-local",
     .section = section,
     .help = "receive nothing that this client published (MQTT 5)",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values) { return put(a.all_subscriptions.no_local, true); }},
    {.name = "retain-as-published",
     .section = section,
     .help = "keep the RETAIN flag that was published (MQTT 5)",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values) { return put(a.all_subscriptions.retain_as_published, true); }},
    {.name = "retain-handling",
     .value = "WHEN",
     .section = section,
     .help = "when to receive retained messages (MQTT 5)",
     .choices = "always new never",
     .command = Command::subscribe,
     .completion = Completion::choice,
     .apply = [](Arguments& a,
                 Values v) { return set(a.all_subscriptions.retain_handling, retain_handling(v.front())); }},
    {.name = "retained-only",
     .section = section,
     .help = "print retained messages; exit at the first other one",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values) { return put(a.print.retained_only, true); }},
    {.name = "remove-retained",
     .section = section,
     .help = "remove the retained messages from the broker",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values) { return put(a.subscribe.remove_retained, true); }},
    {.name = "filter-out",
     .letter = 'T',
     .value = "FILTER",
     .section = section,
     .help = "skip messages whose topic matches; repeatable",
     .command = Command::subscribe,
     .repeatable = true,
     .apply = [](Arguments& a, Values v) { return add_checked(a.print.filter_out, local_topic_filter(v.front())); }},
    {.name = "random-filter",
     .value = "PERCENT",
     .section = section,
     .help = "print a random PERCENT of the messages",
     .initial = "100",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values v) { return set(a.print.random_filter, percentage(v.front())); }},
    {.name = "max-message-size",
     .value = "BYTES",
     .section = section,
     .help = "tell the broker to send no packet over BYTES",
     .command = Command::subscribe,
     .apply = [](Arguments& a,
                 Values v) { return set_number(a.session.maximum_packet_size, v, 1, wire::largest_packet); }},
    {.name = "count",
     .letter = 'C',
     .value = "COUNT",
     .section = section,
     .help = "exit after COUNT messages",
     .command = Command::subscribe,
     .common = true,
     .apply = [](Arguments& a, Values v) { return set(a.print.count, number(v.front(), 1, largest_count)); }},
    {.name = "exit-when-subscribed",
     .letter = 'E',
     .section = section,
     .help = "exit when the broker has granted the subscriptions",
     .command = Command::subscribe,
     .apply = [](Arguments& a, Values) { return put(a.subscribe.end_when_subscribed, true); }},
};

}  // namespace
}  // namespace subscription_table

std::span<const Option> subscription_options() noexcept {
    return subscription_table::table;
}

}  // namespace mqtts::cli
