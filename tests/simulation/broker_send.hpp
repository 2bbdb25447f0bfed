// SPDX-License-Identifier: Apache-2.0
// How the broker encodes what it sends.
#pragma once

#include "session/settings.hpp"
#include "simulation/model_broker.hpp"
#include "support/server_wire.hpp"

namespace mqtts::simulation {

template <class Packet>
void ModelBroker::send(Peer& peer, const Packet& packet) {
    const std::size_t before = peer.output.size();
    test::encode(peer.output, packet, peer.version);
    ++packets_;
    network_.trace.packets(peer.wire.client(), "<--", peer.output.readable().substr(before), peer.version);
}

}  // namespace mqtts::simulation
