// SPDX-License-Identifier: Apache-2.0
#include "simulation/endpoints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "simulation/faults.hpp"
#include "simulation/random.hpp"

namespace mqtts::simulation {

namespace {

struct Known {
    std::string_view name;
    Errc error;
};
constexpr std::array<Known, ailments> known = {{{"refuses connections", Errc::connection_refused},
                                                {"is unreachable", Errc::unreachable},
                                                {"is silent", Errc::connect_timeout},
                                                {"is refused by the proxy", Errc::proxy_refused},
                                                {"is not trusted", Errc::untrusted_issuer},
                                                {"leaves CONNECT unanswered", Errc::connect_timeout},
                                                {"hangs up", Errc::connection_lost},
                                                {"is unavailable", Errc::server_unavailable},
                                                {"does not authorize", Errc::not_authorized},
                                                {"speaks another protocol", Errc::not_mqtt}}};

/// Most draws are of those that another host can cure.
Ailment draw_ailment(Random& random) {
    if (random.one_in(12)) return random.of({Ailment::untrusted, Ailment::not_authorized, Ailment::foreign});
    return random.of({Ailment::refused, Ailment::unreachable, Ailment::silent, Ailment::proxy_refused,
                      Ailment::silent_connack, Ailment::hangs_up, Ailment::unavailable});
}

void draw_outages(Random& random, unsigned client, Endpoints& endpoints) {
    const bool is_bad_day = random.one_in(6);  // all may be out of order at once
    for (std::uint8_t endpoint = 0; endpoint != endpoints.count; ++endpoint) {
        for (std::uint32_t outages = random.below(is_bad_day ? 6 : 3); outages != 0; --outages) {
            Outage outage{.client = static_cast<std::uint8_t>(client), .endpoint = endpoint};
            outage.first = static_cast<std::uint8_t>(random.one_in(3) ? random.mostly_small(8) : 0);
            if (!random.one_in(6)) outage.count = static_cast<std::uint8_t>(random.between(1, 6));
            outage.ailment = draw_ailment(random);
            endpoints.outages.push_back(outage);
        }
    }
}

}  // namespace

std::string_view to_text(Ailment ailment) noexcept {
    return known[static_cast<std::size_t>(ailment)].name;
}

Errc error_of(Ailment ailment) noexcept {
    return known[static_cast<std::size_t>(ailment)].error;
}

std::optional<Ailment> Endpoints::ailment(unsigned client, unsigned endpoint, unsigned visit) const noexcept {
    const auto found = std::ranges::find_if(outages, [&](const Outage& one) {
        const bool lasts = one.count == Outage::for_good || visit < std::uint32_t{one.first} + one.count;
        return one.client == client && one.endpoint == endpoint && visit >= one.first && lasts;
    });
    return found == outages.end() ? std::nullopt : std::optional(found->ailment);
}

void draw_endpoints(Plan& plan) {
    Random random(plan.seed ^ 0x656E'6470'6F69'6E74);
    if (!random.one_in(16) || plan.keeping.on) return;
    Endpoints& endpoints = plan.endpoints;
    endpoints.count = static_cast<std::uint8_t>(random.between(2, Endpoints::most));
    plan.habits.needs_5 |= plan.version == wire::ProtocolVersion::v5 && plan.version_pinned && random.one_in(4);
    draw_outages(random, 0, endpoints);
    if (plan.subscribing.on) draw_outages(random, 1, endpoints);
    if (plan.details.same_topics) plan.version_pinned = true;  // what tells these messages apart is of MQTT 5
    // On a slower network an answer takes longer than the share that an endpoint has of the connect timeout.
    plan.latency = std::min(plan.latency, 20'000U);
    plan.jitter = std::min(plan.jitter, 80'000U);
    if (plan.send_room != 0) plan.send_room = std::max(plan.send_room, 64U);
}

std::string to_text(const Endpoints& endpoints) {
    if (endpoints.count == 1) return {};
    std::string text = fmt::format("{} endpoints\n", endpoints.count);
    for (const Outage& outage : endpoints.outages) {
        const std::string count =
            outage.count == Outage::for_good ? "for good" : fmt::format("for {} attempts", outage.count);
        text += fmt::format("{} {} to client {}, from its attempt {} on, {}\n", host_of(outage.endpoint),
                            to_text(outage.ailment), outage.client, outage.first, count);
    }
    return text;
}

void apply(const Endpoints& endpoints, client::Settings& settings) {
    settings.endpoints.clear();
    for (unsigned endpoint = 0; endpoint != endpoints.count; ++endpoint)
        settings.endpoints.push_back({.host = host_of(endpoint)});
}

std::string host_of(unsigned endpoint) {
    return endpoint == 0 ? "broker" : fmt::format("broker{}", endpoint + 1);
}

}  // namespace mqtts::simulation
