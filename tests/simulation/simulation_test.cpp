// SPDX-License-Identifier: Apache-2.0
// The simulation can fail: what a broker does wrong on purpose is found, by the invariant that is meant for it, and
// shrinking leaves only what the failure needs.
#include <doctest/doctest.h>

#include "simulation/report.hpp"
#include "simulation/shrink.hpp"
#include "simulation/world.hpp"

using namespace mqtts;
using namespace mqtts::simulation;

namespace {

/// A plain run of 10 messages.
Plan plain(wire::Qos qos) {
    Plan plan{.seed = 1};
    plan.reconnect = 60'000;
    plan.latency = 1'000;
    plan.publishing = {.on = true, .qos = qos, .messages = 10};
    plan.subscribing = {.on = true, .qos = qos};
    return plan;
}

}  // namespace

TEST_CASE("a plain run breaks nothing") {
    for (const wire::Qos qos : {wire::Qos::at_most_once, wire::Qos::at_least_once, wire::Qos::exactly_once}) {
        const Outcome outcome = run(plain(qos));
        CHECK_FALSE(outcome.violation);
        CHECK(outcome.packets > 15);
    }
}

TEST_CASE("the same seed gives the same run") {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
        const Outcome one = run(draw_plan(seed), true);
        const Outcome other = run(draw_plan(seed), true);
        CHECK(one.trace == other.trace);
    }
}

TEST_CASE("a message that is acknowledged and lost is found") {
    Plan plan = plain(wire::Qos::at_least_once);
    plan.faults = {{.kind = Fault::Kind::lose_message, .client = 0, .at = 3}};
    const Outcome outcome = run(plan);
    REQUIRE(outcome.violation);
    CHECK(outcome.violation->invariant == Invariant::at_least_once);
}

TEST_CASE("a message that is handed on twice is found, and only that fault is left of the plan") {
    Plan plan = plain(wire::Qos::exactly_once);
    plan.faults = {{.kind = Fault::Kind::stall, .client = 0, .at = 50, .amount = 400},
                   {.kind = Fault::Kind::deliver_twice, .client = 0, .at = 3},
                   {.kind = Fault::Kind::reset, .client = 1, .at = 100},
                   {.kind = Fault::Kind::reset, .client = 0, .way = Way::down, .at = 1'000'000}};
    const Outcome outcome = run(plan);
    REQUIRE(outcome.violation);
    CHECK(outcome.violation->invariant == Invariant::exactly_once);
    const Plan reduced = shrink(plan, [](const Plan& smaller) {
        const Outcome again = run(smaller);
        return again.violation && again.violation->invariant == Invariant::exactly_once;
    });
    REQUIRE(reduced.faults.size() == 1);
    CHECK(reduced.faults.front().kind == Fault::Kind::deliver_twice);
    CHECK_FALSE(reduced.subscribing.on);
}

TEST_CASE("a keeper serves its calls, and one that is killed harms no message") {
    for (const wire::Qos qos : {wire::Qos::at_most_once, wire::Qos::at_least_once, wire::Qos::exactly_once}) {
        for (const std::uint32_t killed_writing : {0U, 1U, 2U, 7U}) {
            Plan plan = plain(qos);
            plan.keeping = {.on = true, .calls = 10, .span = 100, .killed_writing = killed_writing};
            const Outcome outcome = run(plan, true);
            CHECK_FALSE(outcome.violation);
            CHECK(outcome.trace == run(plan, true).trace);
            const bool ends_by_itself = outcome.trace.find("no more callers") != outcome.trace.npos;
            CHECK(ends_by_itself == (killed_writing == 0));
            CHECK(outcome.trace.find("ends for message 30: ") != outcome.trace.npos);
        }
    }
}

TEST_CASE("a caller that hears of a message which the broker has lost is found") {
    Plan plan = plain(wire::Qos::at_least_once);
    plan.keeping = {.on = true, .calls = 3, .span = 100};
    plan.faults = {{.kind = Fault::Kind::lose_message, .client = 0, .at = 3}};
    const Outcome outcome = run(plan);
    REQUIRE(outcome.violation);
    CHECK(outcome.violation->invariant == Invariant::at_least_once);
}

TEST_CASE("each misdeed in authentication ends a run as it must, and the same plan gives the same run") {
    using Method = Authenticating::Method;
    for (const Method method : {Method::sha_1, Method::sha_256, Method::token}) {
        for (std::uint32_t misdeed = 0; misdeed != misdeeds; ++misdeed) {
            for (const std::uint32_t again : {0U, 1U}) {
                Plan plan = plain(wire::Qos::exactly_once);
                plan.authenticating = {.method = method, .iterations = 10};
                plan.faults = {{.kind = Fault::Kind::ask_again, .at = 3},
                               {.kind = Fault::Kind::mislead, .at = again, .amount = misdeed}};
                const Outcome outcome = run(plan, true);
                CHECK_FALSE(outcome.violation);
                CHECK(outcome.trace == run(plan, true).trace);
            }
        }
    }
}

TEST_CASE("a broker that cannot prove itself gets nothing but DISCONNECT") {
    Plan plan = plain(wire::Qos::at_least_once);
    plan.authenticating = {.method = Authenticating::Method::sha_256};
    plan.faults = {{.kind = Fault::Kind::mislead, .amount = static_cast<std::uint32_t>(Misdeed::proves_wrongly)}};
    const Outcome outcome = run(plan, true);
    CHECK_FALSE(outcome.violation);
    CHECK(outcome.trace.find("client 0  -->  DISCONNECT 0x80") != outcome.trace.npos);
    CHECK(outcome.trace.find("client 0  -->  PUBLISH") == outcome.trace.npos);
}

TEST_CASE("the next endpoint is tried only if it may help, and whatever is wrong with one breaks nothing") {
    for (std::uint32_t ailment = 0; ailment != ailments; ++ailment) {
        Plan plan = plain(wire::Qos::exactly_once);
        plan.endpoints.count = 3;
        for (const std::uint8_t endpoint : {std::uint8_t{0}, std::uint8_t{1}})
            plan.endpoints.outages.push_back({.endpoint = endpoint, .ailment = static_cast<Ailment>(ailment)});
        const Outcome outcome = run(plan, true);
        CHECK_FALSE(outcome.violation);
        const Ailment which = plan.endpoints.outages.front().ailment;
        const bool is_final =
            which == Ailment::untrusted || which == Ailment::not_authorized || which == Ailment::foreign;
        const bool ends_well = outcome.trace.find("client 0   *   ends with success") != outcome.trace.npos;
        CHECK(ends_well == !is_final);
        CHECK((outcome.trace.find("client 0   *   warning: ") != outcome.trace.npos) == !is_final);
    }
}

TEST_CASE("a whole input is published several times, from memory, a file or a pipe") {
    for (const auto from : {Feeding::From::memory, Feeding::From::file, Feeding::From::pipe}) {
        Plan plan = plain(wire::Qos::at_least_once);
        plan.whole = {.on = true, .times = 3, .delay = 1'000, .size = 20};
        plan.feeding = {.from = from, .longest_gap = 100, .largest_piece = 7};
        const Outcome outcome = run(plan, true);
        CHECK_FALSE(outcome.violation);
        CHECK(outcome.trace.find("\"2.xxxx") != outcome.trace.npos);
        CHECK(outcome.trace == run(plan, true).trace);
    }
}

TEST_CASE("processes with a spool may be killed at any moment, and the same plan gives the same run") {
    using Moment = Death::Moment;
    for (const wire::Qos qos : {wire::Qos::at_least_once, wire::Qos::exactly_once}) {
        for (const Moment moment : {Moment::never, Moment::at_time, Moment::sending, Moment::behind_sending,
                                    Moment::writing, Moment::behind_writing}) {
            std::uint32_t deaths = 0;
            for (const std::uint32_t number : {1U, 2U, 3U}) {
                Plan plan = plain(qos);
                plan.restarting.spooling.resize(3);
                plan.restarting.spooling[0].death = {moment, number};
                plan.restarting.spooling[1].death = {moment, 1};
                const Outcome outcome = run(plan, true);
                CHECK_FALSE(outcome.violation);
                CHECK(outcome.trace == run(plan, true).trace);
                CHECK(outcome.trace.find("client 0   *   ends with success") != outcome.trace.npos);
                deaths += outcome.deaths;
            }
            CHECK((deaths != 0) == (moment != Moment::never));
        }
    }
}

TEST_CASE("a message of a spool that the broker acknowledges and loses is found, and the fault is left of the plan") {
    Plan plan = plain(wire::Qos::at_least_once);
    plan.restarting.spooling.resize(2);
    plan.faults = {{.kind = Fault::Kind::lose_message, .client = 0, .at = 3},
                   {.kind = Fault::Kind::reset, .client = 1, .at = 100}};
    const auto fails = [](const Plan& smaller) {
        const Outcome outcome = run(smaller);
        return outcome.violation && outcome.violation->invariant == Invariant::at_least_once;
    };
    REQUIRE(fails(plan));
    const Plan reduced = shrink(plan, fails);
    REQUIRE(reduced.faults.size() == 1);
    CHECK(reduced.faults.front().kind == Fault::Kind::lose_message);
}

TEST_CASE("a subscriber that remembers what it has received may be killed at any moment") {
    using Moment = Death::Moment;
    for (const bool later : {false, true}) {
        for (const Moment moment : {Moment::at_time, Moment::sending, Moment::behind_sending, Moment::writing}) {
            if (later && moment == Moment::writing) continue;  // its commands do
            std::uint32_t deaths = 0;
            for (const std::uint32_t number : {1U, 3U, 6U}) {
                Plan plan = plain(wire::Qos::exactly_once);
                plan.publishing.messages_per_second = 100;  // or all are gone before the subscription
                plan.subscribing.later = later;
                plan.restarting.remembers = true;
                plan.restarting.deaths.assign(2, {moment, number});
                const Outcome outcome = run(plan);
                CHECK_FALSE(outcome.violation);
                deaths += outcome.deaths;
            }
            CHECK(deaths != 0);
        }
    }
}
