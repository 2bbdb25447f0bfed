// SPDX-License-Identifier: Apache-2.0
#include "simulation/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "simulation/random.hpp"
#include "wire/reason_code.hpp"

namespace mqtts::simulation {

namespace {

using Kind = Fault::Kind;
using wire::ReasonCode;

constexpr std::array<std::string_view, Fault::kinds> names = {
    "refuse-connect", "reset",          "cut-off",        "close",         "half-close",    "stall",
    "mute",           "refuse-connack", "silent-connack", "lose-session",  "crash",         "disconnect",
    "refuse-publish", "grant-window",   "grant-qos",      "forbid-retain", "grant-size",    "shorten-keep-alive",
    "repeat-pubrel",  "delay-answers",  "exceed-window",  "late-connack",  "release-early", "swap-answers",
    "send-twice",     "lose-message",   "deliver-twice",  "mislead",       "ask-again",     "babble"};

/// The kinds that a seed may draw; the others are for tests of the simulation.
constexpr std::size_t drawable = static_cast<std::size_t>(Kind::lose_message);

constexpr ReasonCode refusals[] = {ReasonCode::server_unavailable,
                                   ReasonCode::server_busy,
                                   ReasonCode::not_authorized,
                                   ReasonCode::quota_exceeded,
                                   ReasonCode::banned,
                                   ReasonCode::client_identifier_not_valid,
                                   ReasonCode::bad_user_name_or_password,
                                   ReasonCode::bad_authentication_method,
                                   ReasonCode::server_moved,
                                   ReasonCode::use_another_server,
                                   ReasonCode::connection_rate_exceeded};
constexpr ReasonCode farewells[] = {ReasonCode::success,
                                    ReasonCode::server_shutting_down,
                                    ReasonCode::server_busy,
                                    ReasonCode::session_taken_over,
                                    ReasonCode::administrative_action,
                                    ReasonCode::keep_alive_timeout,
                                    ReasonCode::use_another_server,
                                    ReasonCode::quota_exceeded};
constexpr ReasonCode objections[] = {ReasonCode::not_authorized, ReasonCode::quota_exceeded,
                                     ReasonCode::unspecified_error, ReasonCode::payload_format_invalid};

std::uint32_t draw_amount(Random& random, Kind kind) {
    switch (kind) {
        case Kind::refuse_connect:
            return random.below(3);
        case Kind::stall:
        case Kind::delay_answers:
        case Kind::late_connack:
        case Kind::send_twice:
            return random.of({5U, 400U, 3'000U, 70'000U});
        case Kind::refuse_connack:
            return static_cast<std::uint32_t>(random.of(refusals));
        case Kind::disconnect:
            return static_cast<std::uint32_t>(random.of(farewells));
        case Kind::refuse_publish:
            return static_cast<std::uint32_t>(random.of(objections));
        case Kind::crash:
            return random.between(1, 20'000);
        case Kind::grant_window:
            return random.between(1, 5);
        case Kind::grant_qos:
            return random.below(2);
        case Kind::grant_size:
            return random.between(30, 200);
        case Kind::shorten_keep_alive:
            return random.between(1, 10);
        default:
            return 0;
    }
}

Fault draw_fault(Random& random, Kind kind, std::uint32_t bytes, std::uint32_t clients) {
    Fault fault{.kind = kind};
    fault.client = static_cast<std::uint8_t>(random.below(clients));
    fault.connection = static_cast<std::uint8_t>(random.mostly_small(7));
    fault.way = random.one_in(2) ? Way::up : Way::down;
    const bool counts_packets = kind >= Kind::refuse_connack;
    const bool ends_down = kind == Kind::cut_off || kind == Kind::close || kind == Kind::half_close;
    if (ends_down) fault.way = Way::down;
    fault.at = counts_packets ? random.mostly_small(40) : random.mostly_small(bytes);
    fault.amount = draw_amount(random, kind);
    return fault;
}

/// How many bytes pass on one way, roughly: so that faults fall into the run.
std::uint32_t expected_bytes(const Plan& plan) {
    return 40 + plan.publishing.messages * (14 + plan.publishing.largest_payload / 2);
}

void draw_faults(Random& random, Plan& plan) {
    std::array<Kind, drawable> on{};
    std::uint32_t count = 0;
    const std::uint32_t rarity = random.between(2, 8);
    for (std::size_t i = 0; i != drawable; ++i)
        if (random.one_in(rarity)) on[count++] = static_cast<Kind>(i);
    if (count == 0) return;
    const std::uint32_t faults = random.one_in(2) ? random.below(6) : random.below(30);
    const std::uint32_t clients = plan.subscribing.on ? 2 : 1;
    for (std::uint32_t i = 0; i != faults; ++i)
        plan.faults.push_back(draw_fault(random, on[random.below(count)], expected_bytes(plan), clients));
}

wire::Qos draw_qos(Random& random) {
    return static_cast<wire::Qos>(random.of({0, 1, 1, 1, 2, 2, 2}));
}

void draw_publishing(Random& random, Publishing& publishing) {
    publishing.on = true;
    publishing.qos = draw_qos(random);
    publishing.mixed_qos = random.one_in(4);
    publishing.retain = random.one_in(6);
    publishing.messages = random.one_in(10) ? random.below(400) : random.below(50);
    publishing.largest_payload = random.one_in(100) ? 80'000
                                 : random.one_in(4) ? random.below(2'000)
                                                    : random.below(40);
    if (random.one_in(4)) publishing.messages_per_second = random.of({0.2, 2.0, 50.0, 3000.0});
    if (publishing.largest_payload > 10'000) publishing.messages = std::min(publishing.messages, 20U);
    publishing.topics = random.between(1, 3);
    if (random.one_in(4)) publishing.send_window = static_cast<std::uint16_t>(random.between(1, 8));
    publishing.early = random.one_in(6);
    publishing.skip_refused = random.one_in(3);
    publishing.fetched = random.one_in(8);
}

void draw_subscribing(Random& random, Subscribing& subscribing) {
    subscribing.on = random.one_in(2);
    subscribing.qos = draw_qos(random);
    if (random.one_in(3)) subscribing.slowest_flush = random.of({1U, 100U, 5'000U});
    subscribing.later = random.one_in(3);
    subscribing.room = random.between(1, 4);
    if (random.one_in(2)) subscribing.slowest_handling = random.of({1U, 200U, 20'000U});
    if (random.one_in(3)) subscribing.receive_maximum = static_cast<std::uint16_t>(random.between(1, 6));
    if (random.one_in(4)) subscribing.wanted = random.between(1, 10);
    if (random.one_in(20)) subscribing.fails_after = random.between(1, 20);
    subscribing.again = random.one_in(4);
    if (random.one_in(3)) subscribing.begins = random.below(3'000);
    if (random.one_in(3)) subscribing.end = static_cast<Subscribing::End>(random.between(1, 2));
    subscribing.pings_decide = random.one_in(2);
    subscribing.removes = subscribing.end == Subscribing::End::after_retained && random.one_in(3);
    subscribing.early = random.one_in(6);
}

void draw_network(Random& random, Plan& plan) {
    plan.latency = random.of({50U, 1'000U, 20'000U, 100'000U});
    if (random.one_in(2)) plan.jitter = plan.latency * random.between(1, 4);
    if (random.one_in(2)) plan.largest_chunk = random.of({1U, 3U, 10U, 100U, 1'500U});
    if (random.one_in(4)) plan.send_room = random.of({1U, 7U, 64U, 1'000U, 20'000U});
    if (plan.publishing.largest_payload > 10'000) {  // or one message takes millions of events
        plan.largest_chunk = std::max(plan.largest_chunk, 1'500U);
        if (plan.send_room != 0) plan.send_room = std::max(plan.send_room, 20'000U);
    } else if (plan.publishing.largest_payload > 100) {
        plan.largest_chunk = std::max(plan.largest_chunk, 100U);
        if (plan.send_room != 0) plan.send_room = std::max(plan.send_room, 1'000U);
    }
    if (plan.latency > 1'000 && plan.send_room != 0)
        plan.send_room = std::max(plan.send_room, 64U);  // or CONNECT takes too long
    plan.loses_what_is_on_the_way = random.one_in(2);
}

}  // namespace

Plan draw_plan(std::uint64_t seed) {
    Random random(seed);
    Plan plan{.seed = seed};
    if (random.one_in(3)) plan.version = wire::ProtocolVersion::v311;
    plan.version_pinned = random.one_in(2);
    plan.keep_alive = random.of({std::uint16_t{0}, std::uint16_t{5}, std::uint16_t{60}});
    plan.clean_start = random.one_in(2);
    plan.session_expiry = random.of({0U, 5U, 3'600U, 0xFFFF'FFFFU});
    if (!random.one_in(5)) plan.reconnect = random.of({1'000U, 60'000U, 600'000U});
    if (random.one_in(2)) plan.retry_connect = random.of({1'000U, 60'000U});
    if (random.one_in(10)) plan.old_broker = random.between(1, 3);
    if (random.one_in(8)) plan.publisher_interrupted = 1 + random.mostly_small(20'000);
    if (random.one_in(8)) plan.subscriber_interrupted = 1 + random.mostly_small(20'000);
    draw_publishing(random, plan.publishing);
    draw_subscribing(random, plan.subscribing);
    draw_network(random, plan);
    if (random.one_in(3)) plan.receive_maximum = static_cast<std::uint16_t>(random.between(1, 10));
    plan.window = static_cast<std::uint16_t>(random.between(1, 20));
    plan.hands_on_at_release = random.one_in(2);
    plan.reuses_identifiers = random.one_in(2);
    draw_faults(random, plan);
    draw_details(plan);
    draw_keeping(random, plan);
    draw_authenticating(plan);
    draw_habits(plan);
    draw_recording(plan);
    draw_whole(plan);
    draw_feeding(plan);
    draw_endpoints(plan);
    draw_restarting(plan);
    return plan;
}

std::string to_text(const Fault& fault) {
    return fmt::format("{} client {} connection {} {} at {} amount {}", names[static_cast<std::size_t>(fault.kind)],
                       fault.client, fault.connection, fault.way == Way::up ? "up" : "down", fault.at, fault.amount);
}

std::string to_text(const Plan& plan) {
    const Publishing& out = plan.publishing;
    const Subscribing& in = plan.subscribing;
    std::string text = fmt::format(
        "seed {}\nMQTT {}{}, Keep Alive {} s, {}, Session Expiry {} s, reconnect {} ms, retry-connect {} ms\n",
        plan.seed, wire::to_text(plan.version), plan.version_pinned ? "" : " or 3.1.1", plan.keep_alive,
        plan.clean_start ? "clean start" : "session", plan.session_expiry, plan.reconnect, plan.retry_connect);
    if (out.on)
        text += fmt::format("publishes {} messages{} of up to {} bytes, QoS {}{}, {} topics, {}/s, window {}{}{}\n",
                            out.messages, out.retain ? " retained" : "", out.largest_payload, static_cast<int>(out.qos),
                            out.mixed_qos ? " to 2, mixed" : "", out.topics, out.messages_per_second, out.send_window,
                            out.early ? ", early" : "", out.skip_refused ? ", skips refused ones" : "") +
                (out.fetched ? "payloads are fetched when they are sent\n" : "");
    text += to_text(plan.keeping);
    text += to_text(plan.authenticating) + to_text(plan.habits) + to_text(plan.recording) + to_text(plan.whole) +
            to_text(plan.feeding) + to_text(plan.endpoints);
    text += to_text(plan.restarting);
    if (in.on)
        text +=
            fmt::format("subscribes at QoS {}, flush up to {} ms, Receive Maximum {}{}, wants {}{}{}\n",
                        static_cast<int>(in.qos), in.slowest_flush, in.receive_maximum,
                        in.later ? fmt::format(", handles {} at once within {} ms", in.room, in.slowest_handling) : "",
                        in.wanted, in.early ? ", early" : "", in.again ? ", runs again" : "") +
            (in.fails_after == 0 ? ""
                                 : fmt::format("the output, or a command, fails after {} messages\n", in.fails_after));
    constexpr std::array<std::string_view, 3> ends = {"when told", "after the retained messages", "when caught up"};
    if (in.on)
        text += fmt::format("begins after {} ms, ends {}{}{}\n", in.begins, ends[static_cast<std::size_t>(in.end)],
                            in.pings_decide ? ", pings decide" : "", in.removes ? ", clears retained messages" : "");
    text += fmt::format("network: {} us, jitter {} us, chunks up to {}, room {}{}\n", plan.latency, plan.jitter,
                        plan.largest_chunk, plan.send_room, plan.loses_what_is_on_the_way ? ", drops lose bytes" : "");
    text += fmt::format("broker: Receive Maximum {}, window {}{}{}\n", plan.receive_maximum, plan.window,
                        plan.hands_on_at_release ? ", hands on at PUBREL" : "",
                        plan.reuses_identifiers ? ", reuses identifiers" : "");
    if (plan.old_broker != 0) text += fmt::format("the broker speaks only MQTT 3.1.1, in way {}\n", plan.old_broker);
    if (plan.publisher_interrupted != 0)
        text += fmt::format("SIGTERM to client 0 at {} ms\n", plan.publisher_interrupted);
    if (plan.subscriber_interrupted != 0)
        text += fmt::format("SIGTERM to client 1 at {} ms\n", plan.subscriber_interrupted);
    if (const std::string details = to_text(plan.details); !details.empty())
        text += fmt::format("details: {}\n", details);
    for (const Fault& fault : plan.faults)
        text += fmt::format("fault: {}\n", to_text(fault));
    return text;
}

}  // namespace mqtts::simulation
