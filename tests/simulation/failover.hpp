// SPDX-License-Identifier: Apache-2.0
// Watches how a client goes through its endpoints, if it has several. The attempt of a Connector is a round here:
//
//   broker ──► (again, without early packets or in MQTT 3.1.1) ──► broker2 ──► … ──► accepted, or the end of the round
//
// It begins with the first endpoint, leaves none out, gives each its share of the connect timeout, ends at a refusal
// that no other host can cure, and a round that was accepted elsewhere is told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "log/log.hpp"
#include "simulation/endpoints.hpp"
#include "simulation/faults.hpp"
#include "simulation/witness.hpp"

namespace mqtts::simulation {

class Failover {
public:
    Failover(Witness& witness, const Plan& plan) : witness_(witness), plan_(plan) {}

    /// A run begins.
    void begins(unsigned client, Time now) { runs_[client] = {.begun = now}; }
    struct Opening {
        bool begins_round = true;
        std::optional<Ailment> ailment;  // of the endpoint
    };
    /// The client opens an endpoint.
    [[nodiscard]] Opening opens(unsigned client, std::string_view host, Time now);
    /// The endpoint opened last fails like this, for sure. `connecting`: before CONNECT could leave.
    void fails(unsigned client, Errc error, bool connecting);
    /// It is not used any more.
    void left(unsigned client, Time now) {
        if (!runs_[client].left) runs_[client].left = now;
    }
    /// CONNACK has accepted the client.
    void accepted(unsigned client);
    /// A warning says that it has failed over.
    void warned(unsigned client, std::string_view text, const LogNote& note);
    void ended(unsigned client, const Result<>& result, Time now);

private:
    struct Run {
        Time begun{};
        bool was_accepted = false;  // ever
        unsigned visits[Endpoints::most] = {};
        // The round
        bool has_round = false;
        Time round{};  // when it began
        unsigned endpoint = 0;
        std::vector<std::optional<Errc>> errors;  // of the endpoints that it has passed, as far as they are sure
        // The endpoint
        bool is_accepted = false;
        bool must_warn = false;
        std::optional<Errc> error;
        bool is_connecting = false;  // it fails before CONNECT could leave
        std::optional<Time> left;
    };
    void broken(unsigned client, std::string_view what);
    void check_share(unsigned client);
    void begin_round(unsigned client, unsigned endpoint, Time now);
    void go_on(unsigned client, unsigned endpoint);
    [[nodiscard]] std::optional<Errc> error_of_round(const Run& run) const;
    void check_failure(unsigned client, const Failure& failure, Time now);
    [[nodiscard]] bool opens_once(unsigned client) const noexcept;

    Witness& witness_;
    const Plan& plan_;
    Run runs_[Plan::clients];
};

}  // namespace mqtts::simulation
