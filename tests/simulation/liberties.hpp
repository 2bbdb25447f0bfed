// SPDX-License-Identifier: Apache-2.0
// The liberties that a broker takes on one connection, out of the plan: limits of its own, refusals, and what
// real brokers do although the specification does not let them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "simulation/conduct.hpp"
#include "simulation/faults.hpp"
#include "simulation/network.hpp"

namespace mqtts::simulation {

class Liberties {
public:
    Liberties(Network& network, const Wire& wire);

    /// Returns the fault of this kind that happens by now, after this number of packets on this connection; null: none
    /// does. It happens once.
    [[nodiscard]] const Fault* take(Fault::Kind kind, std::uint32_t packets = 0);
    /// Tells whether there is one of this kind on this connection. It lasts.
    [[nodiscard]] const Fault* has(Fault::Kind kind);

    /// Returns what the broker does wrong in the exchange that CONNECT begins, or in re-authentications.
    [[nodiscard]] std::optional<Misdeed> misdeed(bool again) const;

    /// Returns what CONNACK grants; before MQTT 5 it cannot say anything.
    [[nodiscard]] Granted granted(wire::ProtocolVersion version);

private:
    /// Tells the witness what the client may say of it.
    void allow(const Fault& fault);

    struct Liberty {
        const Fault* fault;
        bool happened = false;
    };
    Network& network_;
    const unsigned client_;
    std::vector<Liberty> liberties_;
};

}  // namespace mqtts::simulation
