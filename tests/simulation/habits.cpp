// SPDX-License-Identifier: Apache-2.0
#include "simulation/habits.hpp"

#include <fmt/format.h>

#include "simulation/faults.hpp"
#include "simulation/random.hpp"

namespace mqtts::simulation {

void draw_habits(Plan& plan) {
    Random random(plan.seed ^ 0x6861'6269'74);
    if (!random.one_in(4)) return;
    Habits& habits = plan.habits;
    const Subscribing& in = plan.subscribing;
    habits.explains = random.one_in(2);
    habits.demands = random.one_in(2);
    if (random.one_in(6)) habits.expiry = random.of({0U, 3U, 100U});
    const bool answers = plan.publishing.messages != 0 && !plan.keeping.on && plan.details.falls_silent == 0;
    if (answers && random.one_in(30)) habits.answers_as_1 = random.between(1, plan.publishing.messages);
    if (random.one_in(8) && !plan.details.same_topics)
        plan.faults.push_back({.kind = Fault::Kind::babble,
                               .client = static_cast<std::uint8_t>(in.on ? random.below(2) : 0),
                               .connection = static_cast<std::uint8_t>(random.mostly_small(3)),
                               .at = random.one_in(3) ? 0 : random.between(2, 10),
                               .amount = random.below(babbles)});
    if (plan.old_broker != 0 && random.one_in(4)) plan.old_broker = 4;
    habits.needs_5 = plan.version == wire::ProtocolVersion::v5 && random.one_in(8);
    if (habits.needs_5) plan.version_pinned = true;
    habits.says_goodbye = random.one_in(4);
    if (!in.on) return;
    habits.says_more = random.one_in(8) && !in.later;
    if (in.removes && random.one_in(3))
        habits.removal = random.of({Habits::Removal::is_refused, Habits::Removal::closes});
    if (plan.subscriber_interrupted != 0 && random.one_in(8)) plan.subscribing.slowest_flush = 60'000;
    habits.no_wildcards = random.one_in(20);
    habits.no_shared = random.one_in(20);
    habits.no_identifiers = random.one_in(20);
    habits.since = random.mostly_small(3);
    habits.shared = random.one_in(10);
    habits.identified = !plan.publishing.retain && in.end == Subscribing::End::told && random.one_in(10);
    if (habits.identified) plan.details.exact_filter = false;  // or both would be the same subscription
    if (random.one_in(6)) habits.most_granted = random.of({wire::Qos::at_most_once, wire::Qos::at_least_once});
    habits.strict = random.one_in(4);
    if (random.one_in(20)) habits.miscounts = random.mostly_small(3);
}

std::string to_text(const Habits& habits) {
    std::string text;
    const auto add = [&](bool is_on, const std::string& what) {
        if (is_on) text += (text.empty() ? "habits: " : ", ") + what;
    };
    add(habits.explains, "explains");
    add(habits.expiry.has_value(), fmt::format("sessions last for {} s", habits.expiry.value_or(0)));
    const std::string since = fmt::format(" since connection {}", habits.since);
    add(habits.no_wildcards, "no wildcards" + since);
    add(habits.no_shared, "no shared subscriptions" + since);
    add(habits.no_identifiers, "no Subscription Identifiers" + since);
    add(habits.most_granted != wire::Qos::exactly_once,
        fmt::format("grants QoS {}", static_cast<int>(habits.most_granted)));
    add(habits.miscounts.has_value(), fmt::format("miscounts on connection {}", habits.miscounts.value_or(0)));
    add(habits.says_goodbye, "says goodbye in any version");
    add(habits.says_more, "says more than it is asked for");
    add(habits.removal == Habits::Removal::is_refused, "refuses removals");
    add(habits.removal == Habits::Removal::closes, "closes the connection on removals");
    add(habits.needs_5, "MQTT 5 is needed");
    add(habits.answers_as_1 != 0, fmt::format("answers message {} with PUBACK", habits.answers_as_1));
    add(habits.demands, "demands");
    add(habits.strict, "strict");
    add(habits.shared, "a shared subscription");
    add(habits.identified, "two identified subscriptions");
    return text.empty() ? text : text + "\n";
}

void apply(const Habits& habits, bool subscribes, client::Settings& settings) {
    client::Demands& demands = settings.demands;
    demands.qos = demands.window = habits.demands;
    demands.exactly_once = habits.strict;
    if (habits.demands) {
        demands.session = "-x";
        demands.only_in_v5 = "--retain-handling is";
    }
    if (habits.needs_5) settings.needs_version_5 = "-D";
    if (!subscribes) return;
    if (habits.shared) settings.subscriptions.push_back({.topic_filter = "$share/group/x"});
    if (habits.identified) settings.subscriptions.push_back({.topic_filter = "t/0", .subscription_identifier = 2});
}

}  // namespace mqtts::simulation
