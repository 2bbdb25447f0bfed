// SPDX-License-Identifier: Apache-2.0
#include "simulation/liberties.hpp"

#include <algorithm>

namespace mqtts::simulation {

using Kind = Fault::Kind;

Liberties::Liberties(Network& network, const Wire& wire) : network_(network), client_(wire.client()) {
    for (const Fault& fault : network.plan.faults) {
        if (fault.kind >= Kind::refuse_connack && fault.kind != Kind::crash && fault.client == client_ &&
            fault.connection == wire.connection())
            liberties_.push_back({&fault});
    }
}

const Fault* Liberties::take(Kind kind, std::uint32_t packets) {
    for (Liberty& liberty : liberties_) {
        if (liberty.fault->kind != kind || liberty.happened || liberty.fault->at > packets) continue;
        liberty.happened = true;
        allow(*liberty.fault);
        return liberty.fault;
    }
    return nullptr;
}

const Fault* Liberties::has(Kind kind) {
    for (Liberty& liberty : liberties_) {
        if (liberty.fault->kind != kind) continue;
        if (!std::exchange(liberty.happened, true)) allow(*liberty.fault);
        return liberty.fault;
    }
    return nullptr;
}

std::optional<Misdeed> Liberties::misdeed(bool again) const {
    for (const Liberty& liberty : liberties_) {
        if (liberty.fault->kind != Kind::mislead || is_of_reauthentication(*liberty.fault) != again) continue;
        network_.sentences.happened(client_, *liberty.fault);
        return static_cast<Misdeed>(liberty.fault->amount);
    }
    return std::nullopt;
}

Granted Liberties::granted(wire::ProtocolVersion version) {
    Granted granted;
    if (version != wire::ProtocolVersion::v5) return granted;
    if (network_.plan.receive_maximum != 0) granted.receive_maximum = network_.plan.receive_maximum;
    if (const Fault* fault = has(Kind::grant_window))
        granted.receive_maximum = static_cast<std::uint16_t>(fault->amount);
    if (const Fault* fault = has(Kind::grant_qos)) granted.maximum_qos = static_cast<wire::Qos>(fault->amount);
    if (const Fault* fault = has(Kind::grant_size)) granted.maximum_packet_size = fault->amount;
    if (has(Kind::forbid_retain) != nullptr) granted.retain_available = false;
    return granted;
}

void Liberties::allow(const Fault& fault) {
    if (network_.trace.on()) network_.trace.note(client_, to_text(fault));
    network_.sentences.happened(client_, fault);
    Witness& witness = network_.witness;
    switch (fault.kind) {
        case Kind::refuse_connack:
        case Kind::disconnect:
            witness.allow(client_, exit_status(Errc::refused));
            return witness.network_failed(client_);
        case Kind::silent_connack:
        case Kind::delay_answers:
        case Kind::late_connack:
        case Kind::shorten_keep_alive:
            return witness.network_failed(client_);
        case Kind::refuse_publish:
        case Kind::grant_qos:
        case Kind::grant_size:
        case Kind::forbid_retain:
            return witness.allow(client_, exit_status(Errc::publish_refused));
        case Kind::exceed_window:
        case Kind::send_twice:
            return witness.allow(client_, exit_status(Errc::receive_maximum_exceeded));
        default:
            return;
    }
}

}  // namespace mqtts::simulation
