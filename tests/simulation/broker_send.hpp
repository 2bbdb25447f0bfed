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
    Sentences& sentences = network_.sentences;
    if constexpr (requires { packet.reason_code; }) sentences.said(peer.wire.client(), packet.reason_code);
    if constexpr (requires { packet.reason_codes; })
        for (std::size_t i = 0; i != packet.reason_codes.size(); ++i)
            sentences.said(peer.wire.client(), packet.reason(i));
    network_.trace.packets(peer.wire.client(), "<--", peer.output.readable().substr(before), peer.version);
}

}  // namespace mqtts::simulation
