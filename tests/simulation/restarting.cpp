// SPDX-License-Identifier: Apache-2.0
#include "simulation/restarting.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "simulation/faults.hpp"
#include "simulation/random.hpp"

namespace mqtts::simulation {

namespace {

using Moment = Death::Moment;
using wire::Qos;

Death draw_death(Random& random) {
    const Death death{.moment = static_cast<Moment>(random.between(1, 5)), .number = 0};
    if (death.moment == Moment::at_time) return {death.moment, 1 + random.mostly_small(20'000)};
    return {death.moment, 1 + random.mostly_small(random.of({3U, 12U, 40U}))};
}

/// More messages than are removed from the spool at once, and a death among their acknowledgements.
void draw_much(Random& random, Plan& plan) {
    plan.publishing = {.on = true, .qos = Qos::at_least_once, .messages = random.between(1'010, 1'400)};
    plan.details.same_payloads = plan.details.same_topics = false;
    plan.details.falls_silent = 0;
    plan.recording = {};
    plan.largest_chunk = 65'536;
    plan.send_room = 0;
    plan.receive_maximum = 0;
    plan.reconnect = 600'000;
    plan.faults.clear();
    plan.publishing.messages_per_second = 3'000;
    plan.latency = 1'000;
    plan.jitter = 0;
    const Death death{.moment = Moment::at_time, .number = random.between(340, 480)};
    plan.restarting.spooling.assign(2, {});
    plan.restarting.spooling.front().death = death;
}

/// A connection that finds no session; perhaps the client never hears of that.
void draw_lost_session(Random& random, Plan& plan, std::uint8_t connection) {
    plan.faults.push_back({.kind = Fault::Kind::lose_session, .connection = connection});
    if (random.one_in(2)) return;
    plan.faults.push_back(
        {.kind = Fault::Kind::reset, .connection = connection, .way = Way::down, .at = random.below(4)});
}

/// Processes that are killed one after the other, around the beginning of a connection that finds no session.
void draw_lost_sessions(Random& random, Plan& plan) {
    plan.publishing.qos = Qos::exactly_once;
    plan.session_expiry = 0;
    plan.old_broker = 0;
    plan.reconnect = 600'000;
    plan.faults.clear();
    std::vector<SpoolingRun>& runs = plan.restarting.spooling;
    runs.assign(random.between(3, 6), {});
    for (std::size_t i = 0; i + 1 != runs.size(); ++i)
        runs[i].death = {random.of({Moment::sending, Moment::behind_sending}), random.between(1, 6)};
    for (std::uint8_t connection = 1; connection != 5; ++connection)
        if (random.one_in(3)) draw_lost_session(random, plan, connection);
}

void draw_runs(Random& random, Plan& plan) {
    std::vector<SpoolingRun>& runs = plan.restarting.spooling;
    runs.resize(random.between(1, 4));
    for (SpoolingRun& run : runs) {
        if (random.one_in(2)) run.begins = 1 + random.mostly_small(20'000);
        run.has_input = random.one_in(2);
        if (random.one_in(5)) run.interrupted = 1 + random.mostly_small(20'000);
        if (random.one_in(2)) run.death = draw_death(random);
    }
    runs.front().has_input = true;
    if (random.one_in(4)) return;
    runs.back().death = {};
    runs.back().interrupted = 0;
}

/// A new process may speak MQTT 3.1.1, which has no Content Types.
void tell_apart(Plan& plan) {
    if (plan.details.same_topics) plan.details.same_topics = plan.details.same_payloads = false;
}

void draw_spooling(Random& random, Plan& plan) {
    Publishing& publishing = plan.publishing;
    if (publishing.qos == Qos::at_most_once) publishing.qos = random.of({Qos::at_least_once, Qos::exactly_once});
    publishing.early = false;
    publishing.skip_refused = true;
    plan.publisher_interrupted = 0;
    plan.details.anonymous = plan.details.keeps_on = false;
    plan.recording.speed = 0;
    const auto flaw = plan.recording.flaw;
    if (flaw == Recording::Flaw::no_time || flaw == Recording::Flaw::too_late)
        plan.recording.flaw = Recording::Flaw::none;
    tell_apart(plan);
    draw_runs(random, plan);
    if (random.one_in(40)) draw_much(random, plan);
    if (random.one_in(12)) draw_lost_sessions(random, plan);
}

void draw_remembering(Random& random, Plan& plan) {
    Subscribing& subscribing = plan.subscribing;
    subscribing.on = true;
    subscribing.again = false;
    subscribing.end = random.one_in(3) ? Subscribing::End::caught_up : Subscribing::End::told;
    subscribing.removes = subscribing.early = false;
    if (random.one_in(2)) subscribing.qos = Qos::exactly_once;
    if (random.one_in(2)) plan.subscriber_interrupted = 0;
    plan.details.anonymous = false;
    plan.details.slow_retained = 0;
    tell_apart(plan);
    plan.restarting.remembers = !random.one_in(6);
    for (std::uint32_t runs = random.between(1, 3); runs != 0; --runs)
        plan.restarting.deaths.push_back(random.one_in(4) ? Death() : draw_death(random));
}

}  // namespace

void draw_restarting(Plan& plan) {
    Random random(plan.seed ^ 0x7265'7374'6172'74);
    if (random.one_in(24) && !plan.keeping.on) draw_spooling(random, plan);
    if (random.one_in(50)) draw_remembering(random, plan);
}

namespace {

std::string to_text(const Death& death) {
    constexpr std::array<std::string_view, 6> moments = {"never",          "after ms", "sending",
                                                         "behind sending", "writing",  "behind writing"};
    if (death.moment == Moment::never) return {};
    return fmt::format(", killed {} {}", moments[static_cast<std::size_t>(death.moment)], death.number);
}

}  // namespace

std::string to_text(const Restarting& restarting) {
    std::string text;
    for (const SpoolingRun& run : restarting.spooling)
        text += fmt::format("spools{}, begins after {} ms{}{}\n", run.has_input ? "" : " without input", run.begins,
                            run.interrupted == 0 ? "" : fmt::format(", SIGTERM after {} ms", run.interrupted),
                            to_text(run.death));
    if (restarting.remembers) text += "the subscriber remembers what it has received\n";
    for (const Death& death : restarting.deaths)
        text += fmt::format("a run of the subscriber{}, and another one follows\n", to_text(death));
    return text;
}

}  // namespace mqtts::simulation
