// SPDX-License-Identifier: Apache-2.0
// What a seed decides about the endpoints of -h a,b,c: how many there are, and when which of them is out of order. All
// others are doors to the one broker, as those of a cluster are that shares its sessions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "client/settings.hpp"

namespace mqtts::simulation {

struct Plan;

/// What an endpoint does instead of the broker.
enum class Ailment : std::uint8_t {
    // Before there is a connection
    refused,
    unreachable,
    silent,
    proxy_refused,  // the proxy does not permit this host
    untrusted,      // its certificate
    // In answer to CONNECT
    silent_connack,
    hangs_up,
    unavailable,     // CONNACK says so
    not_authorized,  // the same
    foreign,         // it speaks another protocol
};
constexpr std::uint32_t ailments = static_cast<std::uint32_t>(Ailment::foreign) + 1;

[[nodiscard]] std::string_view to_text(Ailment ailment) noexcept;
/// Returns what a client must call it that meets it at its only attempt.
[[nodiscard]] Errc error_of(Ailment ailment) noexcept;

/// A time during which an endpoint is out of order for a client: `count` of the attempts to open it, from `first` on.
struct Outage {
    static constexpr std::uint8_t for_good = 255;

    std::uint8_t client = 0;
    std::uint8_t endpoint = 0;
    std::uint8_t first = 0;
    std::uint8_t count = for_good;
    Ailment ailment{};
};

struct Endpoints {
    static constexpr std::uint8_t most = 3;

    std::uint8_t count = 1;
    std::vector<Outage> outages;

    /// Returns what is wrong with an endpoint when a client opens it, for the time `visit` from 0.
    [[nodiscard]] std::optional<Ailment> ailment(unsigned client, unsigned endpoint, unsigned visit) const noexcept;
};

/// Draws them for a plan that is complete otherwise, and adapts the plan where there are several.
void draw_endpoints(Plan& plan);
/// A line for all, and one for each outage; or nothing.
[[nodiscard]] std::string to_text(const Endpoints& endpoints);
/// Lets a client try them.
void apply(const Endpoints& endpoints, client::Settings& settings);
/// Returns its host: "broker", "broker2" …
[[nodiscard]] std::string host_of(unsigned endpoint);

}  // namespace mqtts::simulation
