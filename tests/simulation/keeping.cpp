// SPDX-License-Identifier: Apache-2.0
#include "simulation/keeping.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "simulation/faults.hpp"
#include "simulation/random.hpp"
#include "simulation/witness.hpp"

namespace mqtts::simulation {

namespace {

constexpr std::uint32_t most_messages = 3;  // of a call

/// Lets the faults of the first connection begin when it is kept, roughly, or later: otherwise few calls are served.
void spare_first_calls(Random& random, Plan& plan) {
    const std::uint32_t packets = random.between(5, 40);
    const std::uint32_t bytes = random.between(100, 1'500);
    for (Fault& fault : plan.faults) {
        if (fault.client != 0 || fault.connection != 0) continue;
        fault.at += fault.kind >= Fault::Kind::refuse_connack ? packets : bytes;
    }
}

}  // namespace

void draw_keeping(Random& random, Plan& plan) {
    Keeping& keeping = plan.keeping;
    keeping.on = random.one_in(5);
    keeping.calls = random.one_in(40) ? random.between(120, 160) : random.between(1, 20);
    keeping.span = random.of({0U, 10U, 300U, 3'000U, 30'000U});
    keeping.idle = random.one_in(8) ? 1 : random.of({keeping.span / 5 + 1, keeping.span + 1'000, 60'000U});
    if (random.one_in(6)) keeping.usable = 1 + random.mostly_small(100'000);
    if (random.one_in(6)) keeping.killed = 1 + random.mostly_small(std::max(keeping.span, 1'000U));
    if (random.one_in(6)) keeping.killed_writing = random.between(1, 2 * keeping.calls + 1);
    keeping.careless = !random.one_in(3);
    if (!keeping.on) return;
    constexpr std::uint32_t largest_shared = 40'000;  // a larger message has a connection of its own
    plan.publishing.largest_payload = std::min(plan.publishing.largest_payload, largest_shared);
    plan.publishing.fetched = false;
    if (!random.one_in(4)) spare_first_calls(random, plan);
    if (plan.publisher_interrupted != 0) plan.publisher_interrupted += 1'000 + random.below(keeping.span + 1);
}

std::string to_text(const Keeping& keeping) {
    if (!keeping.on) return {};
    std::string text = fmt::format("keeps the connection for {}{} calls within {} ms, then for {} ms\n",
                                   keeping.careless ? "careless " : "", keeping.calls, keeping.span, keeping.idle);
    if (keeping.usable != 0) text += fmt::format("a certificate expires after {} ms\n", keeping.usable);
    if (keeping.killed != 0) text += fmt::format("the keeper is killed after {} ms\n", keeping.killed);
    if (keeping.killed_writing != 0)
        text += fmt::format("the keeper is killed as it writes for the time {}\n", keeping.killed_writing);
    return text;
}

namespace {

void make_careless(Random& random, Manner& manner) {
    if (random.one_in(8)) manner.kind = static_cast<Manner::Kind>(random.between(1, 6));
    if (random.one_in(8)) manner.hasty = true;
    if (random.one_in(3)) manner.piece = random.of({1U, 7U, 100U});
    if (random.one_in(3)) manner.pause = random.of({1U, 50U, 300U});
    if (manner.piece == 1) manner.pause = std::min(manner.pause, 50U);
    if (random.one_in(3)) manner.slowness = random.of({1U, 200U, 20'000U});
    if (random.one_in(6)) manner.room = random.of({0U, 30U, 60U, 200U});
    if (random.one_in(6)) manner.killed = 1 + random.mostly_small(5'000);
    if (random.one_in(6)) manner.interrupted = 1 + random.mostly_small(20'000);
    if (random.one_in(6)) manner.timeout = 1 + random.mostly_small(20'000);
}

}  // namespace

Manner manner_of(const Plan& plan, std::uint32_t call) {
    Random random(plan.seed ^ 0x6361'6C6C ^ (std::uint64_t{call} << 40));
    Manner manner;
    manner.begins = random.below(plan.keeping.span + 1);
    manner.wants_log = random.one_in(3);
    if (random.one_in(4)) manner.messages = random.between(1, most_messages);
    if (plan.keeping.careless) make_careless(random, manner);
    return manner;
}

CallMessage message_of(const Plan& plan, std::uint32_t call, std::uint32_t place) {
    const Publishing& publishing = plan.publishing;
    const std::uint32_t number = call * most_messages + place;
    Random random(plan.seed ^ 0x6D65'7373 ^ (std::uint64_t{number} << 40));
    CallMessage message{.number = number,
                        .call = call,
                        .topic_name = fmt::format("t/{}/", number),
                        .payload = payload_of(number, random.below(publishing.largest_payload + 1)),
                        .properties = {},
                        .qos = publishing.mixed_qos ? static_cast<wire::Qos>(random.below(3)) : publishing.qos,
                        .retain = publishing.retain && random.one_in(2)};
    if (random.one_in(8)) message.properties.add(wire::PropertyIdentifier::content_type, "text");
    return message;
}

}  // namespace mqtts::simulation
