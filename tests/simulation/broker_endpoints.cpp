// SPDX-License-Identifier: Apache-2.0
// What comes in answer to CONNECT where the broker is not.
#include <algorithm>

#include "simulation/broker_send.hpp"
#include "simulation/model_broker.hpp"

namespace mqtts::simulation {

/// Tells whether the endpoint is out of order, and then answers in its way.
bool ModelBroker::is_out_of_order(Peer& peer) {
    const auto ailment = peer.wire.ailment();
    if (!ailment) return false;
    const unsigned client = peer.wire.client();
    const bool is_last = peer.wire.connection() + 1 == network_.attempts[client];
    const bool may_crash =
        std::ranges::any_of(network_.plan.faults, [](const Fault& fault) { return fault.kind == Fault::Kind::crash; });
    network_.witness.network_failed(client);
    network_.sentences.suffers(client, *ailment);
    network_.witness.allow(client, exit_status(error_of(*ailment)));
    if (is_last && !may_crash && is_undisturbed(peer)) network_.failover.fails(client, error_of(*ailment), false);
    switch (*ailment) {
        case Ailment::hangs_up:
            network_.witness.closed(client);
            close(peer, Ending::close);
            break;
        case Ailment::unavailable:
            refuse(peer, wire::ReasonCode::server_unavailable);
            break;
        case Ailment::not_authorized:
            refuse(peer, wire::ReasonCode::not_authorized);
            break;
        case Ailment::foreign:
            peer.output.append("220 mail.example ESMTP\r\n");
            close(peer, Ending::close);
            break;
        default:
            break;
    }
    return true;
}

}  // namespace mqtts::simulation
