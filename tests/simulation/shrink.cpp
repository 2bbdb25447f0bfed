// SPDX-License-Identifier: Apache-2.0
#include "simulation/shrink.hpp"

#include <algorithm>
#include <utility>

namespace mqtts::simulation {

namespace {

using StillFails = std::function<bool(const Plan&)>;

/// Leaves out `count` faults from `first` on, if it still fails without them.
bool leave_out(Plan& plan, std::size_t first, std::size_t count, const StillFails& still_fails) {
    Plan without = plan;
    const auto begin = without.faults.begin() + static_cast<std::ptrdiff_t>(first);
    without.faults.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
    if (!still_fails(without)) return false;
    plan = std::move(without);
    return true;
}

void shrink_faults(Plan& plan, const StillFails& still_fails) {
    for (std::size_t size = std::max<std::size_t>(plan.faults.size(), 1); size != 0; size /= 2)
        for (std::size_t first = 0; first < plan.faults.size();)
            if (!leave_out(plan, first, std::min(size, plan.faults.size() - first), still_fails)) first += size;
}

using Simplify = void (*)(Plan&);
constexpr Simplify simplifications[] = {
    [](Plan& plan) { plan.subscribing.on = false; },
    [](Plan& plan) { plan.keeping.calls /= 2; },
    [](Plan& plan) { plan.keeping.calls -= plan.keeping.calls == 0 ? 0 : 1; },
    [](Plan& plan) { plan.keeping.killed = 0; },
    [](Plan& plan) { plan.keeping.idle = 60'000; },
    [](Plan& plan) { plan.keeping.killed_writing = 0; },
    [](Plan& plan) { plan.keeping.usable = 0; },
    [](Plan& plan) { plan.keeping.careless = false; },
    [](Plan& plan) { plan.keeping.span = 0; },
    [](Plan& plan) { plan.publishing.messages /= 2; },
    [](Plan& plan) { plan.publishing.messages -= plan.publishing.messages == 0 ? 0 : 1; },
    [](Plan& plan) { plan.publishing.largest_payload = 0; },
    [](Plan& plan) { plan.publishing.mixed_qos = false; },
    [](Plan& plan) { plan.publishing.retain = false; },
    [](Plan& plan) { plan.publishing.topics = 1; },
    [](Plan& plan) { plan.publishing.messages_per_second = 0; },
    [](Plan& plan) { plan.publishing.send_window = 0; },
    [](Plan& plan) { plan.publishing.early = false; },
    [](Plan& plan) { plan.publishing.skip_refused = false; },
    [](Plan& plan) { plan.subscribing.early = false; },
    [](Plan& plan) { plan.subscribing.later = false; },
    [](Plan& plan) { plan.subscribing.slowest_flush = 0; },
    [](Plan& plan) { plan.subscribing.slowest_handling = 0; },
    [](Plan& plan) { plan.subscribing.receive_maximum = 65535; },
    [](Plan& plan) { plan.subscribing.wanted = 0; },
    [](Plan& plan) { plan.jitter = 0; },
    [](Plan& plan) { plan.largest_chunk = 65536; },
    [](Plan& plan) { plan.send_room = 0; },
    [](Plan& plan) { plan.loses_what_is_on_the_way = false; },
    [](Plan& plan) { plan.receive_maximum = 0; },
    [](Plan& plan) { plan.hands_on_at_release = false; },
    [](Plan& plan) { plan.reuses_identifiers = false; },
    [](Plan& plan) { plan.old_broker = 0; },
    [](Plan& plan) { plan.publisher_interrupted = 0; },
    [](Plan& plan) { plan.subscriber_interrupted = 0; },
    [](Plan& plan) { plan.publishing.fetched = false; },
    [](Plan& plan) { plan.subscribing.begins = 0; },
    [](Plan& plan) { plan.subscribing.end = Subscribing::End::told; },
    [](Plan& plan) { plan.subscribing.pings_decide = false; },
    [](Plan& plan) { plan.subscribing.removes = false; },
    [](Plan& plan) { plan.subscribing.fails_after = 0; },
    [](Plan& plan) { plan.subscribing.again = false; },
    [](Plan& plan) { plan.restarting.spooling.clear(); },
    [](Plan& plan) {
        if (plan.restarting.spooling.size() > 1) plan.restarting.spooling.pop_back();
    },
    [](Plan& plan) {
        std::vector<SpoolingRun>& runs = plan.restarting.spooling;
        if (runs.size() > 1) runs.erase(runs.begin());
    },
    [](Plan& plan) {
        for (SpoolingRun& run : plan.restarting.spooling)
            run.begins = run.interrupted = 0;
    },
    [](Plan& plan) { plan.restarting.deaths.clear(); },
    [](Plan& plan) {
        if (!plan.restarting.deaths.empty()) plan.restarting.deaths.pop_back();
    },
    [](Plan& plan) { plan.restarting.remembers = false; },
    [](Plan& plan) { plan.authenticating.iterations = 1; },
    [](Plan& plan) { plan.authenticating = {}; },
    [](Plan& plan) { plan.habits = {}; },
    [](Plan& plan) { plan.feeding = {}; },
    [](Plan& plan) { plan.feeding.longest_gap = 0; },
    [](Plan& plan) { plan.feeding.largest_piece = 4'096; },
    [](Plan& plan) { plan.whole = {}; },
    [](Plan& plan) { plan.whole.times = std::min(plan.whole.times, 2U); },
    [](Plan& plan) { plan.whole.delay = 0; },
    [](Plan& plan) { plan.whole.size = 2; },
    [](Plan& plan) { plan.endpoints = {}; },
    [](Plan& plan) {
        if (!plan.endpoints.outages.empty()) plan.endpoints.outages.erase(plan.endpoints.outages.begin());
    },
    [](Plan& plan) {
        if (!plan.endpoints.outages.empty()) plan.endpoints.outages.pop_back();
    },
    [](Plan& plan) { plan.endpoints.count = std::min<std::uint8_t>(plan.endpoints.count, 2); },
    [](Plan& plan) { plan.habits.needs_5 = false; },
    [](Plan& plan) { plan.recording = {}; },
    [](Plan& plan) { plan.recording.by_length = plan.recording.cut_off = false; },
    [](Plan& plan) { plan.habits.explains = plan.habits.demands = false; },
    [](Plan& plan) { plan.habits.expiry.reset(); },
    [](Plan& plan) { plan.keep_alive = 60; },
    [](Plan& plan) { plan.session_expiry = 0; },
    [](Plan& plan) { plan.version_pinned = true; },
    [](Plan& plan) { plan.version = wire::ProtocolVersion::v5; },
};

/// Returns whether anything got simpler.
bool shrink_features(Plan& plan, const StillFails& still_fails) {
    bool any = false;
    for (const Simplify simplify : simplifications) {
        for (;;) {
            Plan simpler = plan;
            simplify(simpler);
            if (to_text(simpler) == to_text(plan) || !still_fails(simpler)) break;
            plan = std::move(simpler);
            any = true;
        }
    }
    return any;
}

}  // namespace

Plan shrink(Plan plan, const StillFails& still_fails) {
    do
        shrink_faults(plan, still_fails);
    while (shrink_features(plan, still_fails));
    return plan;
}

}  // namespace mqtts::simulation
