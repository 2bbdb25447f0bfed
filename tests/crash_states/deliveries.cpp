// SPDX-License-Identifier: Apache-2.0
#include "crash_states/deliveries.hpp"

#include <algorithm>

namespace mqtts::test::crash {

namespace {

/// The latest message with this identifier. Precondition: there is one.
Delivery& latest(std::vector<Delivery>& deliveries, wire::PacketIdentifier identifier) {
    return *std::ranges::find(deliveries.rbegin(), deliveries.rend(), identifier, &Delivery::identifier);
}

/// A message of QoS 2 that was not completed comes again; anything else is new.
void add(std::vector<Delivery>& deliveries, const Packet& publish) {
    const auto is_same = [&](const Delivery& before) {
        return before.identifier == publish.identifier && before.qos == wire::Qos::exactly_once && !before.completed;
    };
    if (std::ranges::any_of(deliveries, is_same)) return;
    deliveries.push_back({.payload = publish.payload, .identifier = publish.identifier, .qos = publish.qos});
}

}  // namespace

std::vector<Delivery> deliveries_until(const std::vector<Packet>& packets, std::size_t moment) {
    std::vector<Delivery> deliveries;
    for (const Packet& packet : packets) {
        if (packet.at > moment) break;
        if (packet.type == wire::PacketType::publish && !packet.is_sent) add(deliveries, packet);
        if (packet.type == wire::PacketType::puback || packet.type == wire::PacketType::pubrec)
            latest(deliveries, packet.identifier).acknowledged = true;
        if (packet.type == wire::PacketType::pubrel) latest(deliveries, packet.identifier).released = true;
        if (packet.type == wire::PacketType::pubcomp) latest(deliveries, packet.identifier).completed = true;
    }
    return deliveries;
}

std::vector<std::size_t> moments_of(const Span& span, const std::vector<Packet>& packets) {
    std::vector<std::size_t> moments{span.first};
    for (const Packet& packet : packets)
        if (packet.at > span.first && packet.at <= span.last) moments.push_back(packet.at);
    return moments;
}

}  // namespace mqtts::test::crash
