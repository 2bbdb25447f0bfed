// SPDX-License-Identifier: Apache-2.0
#include "simulation/details.hpp"

#include <fmt/format.h>

#include "simulation/faults.hpp"
#include "simulation/random.hpp"
#include "simulation/situations.hpp"
#include "wire/reason_code.hpp"

namespace mqtts::simulation {

namespace {

/// More messages of QoS 2 at once than PUBRECs may be open, and a broker that is slow with PUBREL.
void draw_burst(Random& random, Plan& plan) {
    plan.version = wire::ProtocolVersion::v5;
    plan.old_broker = 0;
    plan.publishing = {.on = true, .qos = wire::Qos::exactly_once, .messages = random.between(1'100, 1'500)};
    plan.subscribing = {.on = true, .qos = wire::Qos::exactly_once};
    plan.receive_maximum = 0;
    plan.reconnect = 600'000;
    plan.session_expiry = 3'600;
    plan.largest_chunk = random.of({1'500U, 65'536U});
    plan.send_room = 0;
    plan.latency = 20'000;
    plan.publisher_interrupted = plan.subscriber_interrupted = 0;
    plan.faults.clear();
    const std::uint32_t slow_connections = random.between(1, 3);
    for (std::uint8_t connection = 0; connection != slow_connections; ++connection)
        plan.faults.push_back(
            {.kind = Fault::Kind::delay_answers, .client = 1, .connection = connection, .amount = 3'000});
    const bool breaks = random.one_in(2);
    const std::uint32_t at =
        random.one_in(4) ? random.below(16'000) : random.between(16'000, 24'000);  // or behind most
    if (breaks) plan.faults.push_back({.kind = Fault::Kind::reset, .client = 1, .way = Way::down, .at = at});
}

/// One message that leaves before CONNACK, which may forbid it.
void draw_early_message(Random& random, Plan& plan) {
    plan.publishing = {.on = true, .qos = wire::Qos::at_least_once, .messages = 1, .early = true};
    plan.publishing.largest_payload = random.below(60);
    plan.version = wire::ProtocolVersion::v5;
    plan.old_broker = 0;
    plan.clean_start = true;
    if (random.one_in(2)) plan.faults.clear();
    if (random.one_in(2)) plan.faults.push_back({.kind = Fault::Kind::grant_qos});
}

/// Commands that take long, while connections and sessions are lost.
void draw_storm(Random& random, Plan& plan) {
    plan.subscribing = {.on = true, .qos = random.of({wire::Qos::at_least_once, wire::Qos::exactly_once})};
    plan.subscribing.later = true;
    plan.subscribing.room = random.between(2, 6);
    plan.subscribing.slowest_handling = random.of({2'000U, 20'000U});
    plan.publishing.qos = plan.subscribing.qos;
    plan.reconnect = 600'000;
    plan.session_expiry = 3'600;
    plan.reuses_identifiers = true;
    const auto kinds = {Fault::Kind::reset, Fault::Kind::close, Fault::Kind::lose_session};
    for (std::uint8_t connection = 0; connection != 8; ++connection)
        for (const Fault::Kind kind : kinds)
            if (random.one_in(2))
                plan.faults.push_back({.kind = kind,
                                       .client = 1,
                                       .connection = connection,
                                       .way = Way::down,
                                       .at = kind == Fault::Kind::lose_session ? 0 : random.between(5, 200)});
    plan.details.same_payloads = random.one_in(4);
    if (random.one_in(3))
        plan.faults.push_back(
            {.kind = Fault::Kind::crash, .at = random.between(10, 60), .amount = random.of({1U, 1'000U})});
}

/// Refusals after which the publisher goes on.
void draw_refusals(Random& random, Plan& plan) {
    plan.version = wire::ProtocolVersion::v5;
    plan.details.keeps_on = true;
    plan.publishing.send_window = static_cast<std::uint16_t>(random.between(1, 3));
    for (std::uint32_t count = random.between(2, 8); count != 0; --count)
        plan.faults.push_back({.kind = Fault::Kind::refuse_publish,
                               .at = random.below(20),
                               .amount = static_cast<std::uint32_t>(wire::ReasonCode::quota_exceeded)});
}

/// Subscriptions that leave before CONNACK, which is late, and are answered before it.
void draw_early_subscriptions(Random& random, Plan& plan) {
    plan.subscribing.on = plan.subscribing.early = plan.clean_start = true;
    plan.subscribing.again = false;
    plan.publishing.topics = 1;
    plan.old_broker = 0;
    plan.faults = {{.kind = Fault::Kind::late_connack, .client = 1, .at = 2, .amount = random.of({5U, 400U})}};
}

/// Retained messages, of which the window holds most back.
void draw_retained(Random& random, Plan& plan) {
    plan.version = wire::ProtocolVersion::v5;
    plan.old_broker = 0;
    const auto qos = random.of({wire::Qos::at_least_once, wire::Qos::exactly_once});
    plan.publishing = {.on = true, .qos = qos, .retain = true, .messages = random.between(10, 40)};
    plan.publishing.topics = random.between(4, 15);
    plan.subscribing = {.on = true, .end = Subscribing::End::after_retained, .begins = 5'000, .pings_decide = true};
    plan.subscribing.qos = qos;
    plan.subscribing.receive_maximum = static_cast<std::uint16_t>(random.between(1, 3));
    plan.subscriber_interrupted = 0;
    if (random.one_in(2)) plan.faults.clear();
}

/// A SUBSCRIBE without an answer on the first connection, and then a long and quiet run.
void draw_quiet(Random& random, Plan& plan) {
    plan.publishing = {.on = true, .qos = wire::Qos::at_least_once, .messages = 30, .messages_per_second = 0.2};
    plan.subscribing = {.on = true, .qos = wire::Qos::at_least_once};
    plan.reconnect = 600'000;
    plan.subscriber_interrupted = 0;
    plan.faults = {{.kind = Fault::Kind::reset, .client = 1, .way = Way::down, .at = random.between(5, 12)}};
}

/// Messages of QoS 0 between pings, and connections that break.
void draw_unconfirmed(Random& random, Plan& plan) {
    plan.publishing = {.on = true, .messages = random.between(20, 80), .messages_per_second = 5};
    plan.keep_alive = 5;
    plan.latency = 100'000;
    plan.send_room = 0;
    plan.reconnect = 600'000;
    plan.faults.clear();
    for (std::uint8_t connection = 0; connection != 3; ++connection)
        plan.faults.push_back(
            {.kind = Fault::Kind::reset, .connection = connection, .way = Way::up, .at = random.between(40, 600)});
}

void draw_subscriptions(Random& random, Plan& plan) {
    Details& details = plan.details;
    const bool is_v5 = plan.version == wire::ProtocolVersion::v5;
    if (is_v5 && random.one_in(4)) details.topic_aliases = static_cast<std::uint16_t>(random.between(1, 2));
    if (random.one_in(6)) details.more_filters = random.between(1, 20);
    if (details.more_filters != 0 && random.one_in(3)) details.refused_filter = random.between(1, details.more_filters);
    if (is_v5 && random.one_in(10)) details.taken_identifiers = random.between(1, 10);
    details.forgets_dup = random.one_in(10);
    details.has_will = random.one_in(6);
    if (random.one_in(10)) details.unsubscribes = random.between(1, 3);
    details.runs_out_of_time = random.one_in(3);
    details.proves = random.one_in(8);
    if (plan.subscribing.removes && random.one_in(2))
        plan.faults.push_back(
            {.kind = Fault::Kind::refuse_publish, .client = 1, .at = random.between(2, 6), .amount = 0x97});
    details.exact_filter = plan.publishing.topics == 1 && random.one_in(2);
}

void draw_stubborn_broker(Random& random, Plan& plan) {
    Details& details = plan.details;
    if (random.one_in(30) && plan.publishing.messages != 0) {
        details.closes_on = random.between(1, plan.publishing.messages);
        plan.reconnect = 600'000;
        if (random.one_in(2)) plan.faults.clear();
    } else if (random.one_in(30)) {
        details.hangs_up = random.of({3U, 8U, 1'000'000U});
        plan.version_pinned = true;
        plan.publishing.early = plan.subscribing.early = false;
        plan.reconnect = 60'000;
    } else if (random.one_in(60)) {
        details.falls_silent = random.between(1, 20);
    } else if (random.one_in(30)) {
        details.repeats_refusal = true;
        plan.reconnect = 60'000;
    }
}

}  // namespace

void draw_details(Plan& plan) {
    Random random(plan.seed ^ 0x6465'7461'696C'73);
    Details& details = plan.details;
    if (random.one_in(500)) draw_burst(random, plan);
    if (random.one_in(60)) draw_early_message(random, plan);
    if (random.one_in(100)) draw_early_subscriptions(random, plan);
    if (random.one_in(100)) draw_retained(random, plan);
    if (random.one_in(100)) draw_quiet(random, plan);
    if (random.one_in(100)) draw_unconfirmed(random, plan);
    if (random.one_in(25)) draw_storm(random, plan);
    if (random.one_in(40)) draw_refusals(random, plan);
    if (random.one_in(25)) draw_situation(random, plan);
    if (plan.publishing.retain && random.one_in(2)) plan.publishing.topics = random.between(3, 15);
    details.long_answers = plan.version == wire::ProtocolVersion::v5 && random.one_in(10);
    if (random.one_in(6)) details.first_sequence = 65'535 - random.mostly_small(10);
    details.unterminated = random.one_in(6);
    details.anonymous = plan.version == wire::ProtocolVersion::v5 && plan.version_pinned && plan.old_broker == 0 &&
                        !plan.subscribing.again && random.one_in(6);
    if (plan.subscribing.on) draw_subscriptions(random, plan);
    draw_stubborn_broker(random, plan);
    // A session whose identifier was lost with CONNACK has the messages of an early subscription, and nobody's.
    if (plan.subscribing.early) details.anonymous = false;
}

std::string other_filter(std::uint32_t number) {
    return fmt::format("x/{}", number);
}

std::string to_text(const Details& details) {
    std::string text;
    const auto add = [&](std::uint32_t number, const char* what) {
        if (number != 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", what, number);
    };
    add(details.first_sequence, "first sequence number");
    add(details.unterminated, "no last newline");
    add(details.anonymous, "assigned identifiers");
    add(details.topic_aliases, "Topic Alias Maximum");
    add(details.exact_filter, "exact filter");
    add(details.more_filters, "more filters");
    add(details.refused_filter, "refused filter");
    add(details.taken_identifiers, "identifiers in use");
    add(details.forgets_dup, "forgets DUP");
    add(details.has_will, "Will Message");
    add(details.unsubscribes, "unsubscribes from filters");
    add(details.runs_out_of_time, "time limit instead of SIGTERM");
    add(details.same_payloads, "same payloads");
    add(details.same_topics, "same topics");
    add(details.slow_retained, "ms between retained messages");
    add(details.falls_silent, "acknowledgements, then silence");
    add(details.proves, "asks for a sign of life");
    add(details.closes_on, "closes on message");
    add(details.hangs_up, "hangs up");
    add(details.long_answers, "long answers");
    add(details.keeps_on, "goes on after refusals");
    add(details.repeats_refusal, "repeats a refusal");
    return text;
}

}  // namespace mqtts::simulation
