// SPDX-License-Identifier: Apache-2.0
#include "simulation/conduct.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "session/open_pubrecs.hpp"

namespace mqtts::simulation {

using wire::PacketIdentifier;
using wire::PacketType;
using wire::Qos;

void Conduct::packet(PacketType type, std::size_t size, Errc error) {
    if (error != Errc::ok)
        witness_.broken(Invariant::well_formed,
                        fmt::format("client {} sends a malformed packet of type {}", client_, static_cast<int>(type)));
    if (over_) witness_.broken(Invariant::connect_first, fmt::format("client {} sends after DISCONNECT", client_));
    if ((type == PacketType::connect) == connected_)
        witness_.broken(Invariant::connect_first, fmt::format("client {} sends {} CONNECT", client_,
                                                              connected_ ? "another" : "something before"));
    connected_ = true;
    over_ = type == PacketType::disconnect;
    if (accepted_ && !may_be_early_ && size > granted_.maximum_packet_size)
        witness_.broken(Invariant::within_limits, fmt::format("client {} sends {} bytes in a packet", client_, size));
}

Conduct::Open& Conduct::open(PacketIdentifier identifier) {
    const auto known = std::ranges::find(open_, identifier, &Open::identifier);
    return known != open_.end() ? *known : open_.emplace_back(Open{.identifier = identifier});
}

void Conduct::check_limits(const wire::Publish& message) {
    if (!accepted_ || std::exchange(may_be_early_, false)) return;
    if (message.qos > granted_.maximum_qos)
        witness_.broken(Invariant::within_limits, fmt::format("QoS {} is not granted", static_cast<int>(message.qos)));
    if (message.retain && !granted_.retain_available)
        witness_.broken(Invariant::within_limits, "retained messages are not granted");
}

void Conduct::publish(const wire::Publish& message) {
    check_limits(message);
    if (message.topic_name.empty() || message.topic_name.find_first_of("+#") != message.topic_name.npos)
        witness_.broken(Invariant::well_formed, "a PUBLISH has no Topic Name");
    if (message.qos == Qos::at_most_once) {
        if (message.dup) witness_.broken(Invariant::well_formed, "DUP at QoS 0");
        return;
    }
    Open& used = open(message.packet_identifier);
    if (used.published || used.requested || used.releases != 0)
        witness_.broken(Invariant::identifier_in_use,
                        fmt::format("a PUBLISH has Packet Identifier {}, which is in use", message.packet_identifier));
    used.published = true;
    used.recorded = false;
    if (++unacknowledged_ > most_unacknowledged_)
        witness_.broken(Invariant::send_window, fmt::format("{} messages are unacknowledged", unacknowledged_));
}

void Conduct::request(PacketIdentifier identifier) {
    Open& used = open(identifier);
    if (identifier == 0 || used.published || used.requested || used.releases != 0)
        witness_.broken(Invariant::identifier_in_use,
                        fmt::format("a request has Packet Identifier {}, which is in use", identifier));
    used.requested = true;
}

void Conduct::acknowledgement(const wire::Acknowledgement& packet) {
    const PacketIdentifier identifier = packet.packet_identifier;
    if (packet.type == PacketType::pubrel) {
        Open& released = open(identifier);
        if (released.releases == 0 && !released.recorded)
            return witness_.broken(Invariant::one_answer, fmt::format("PUBREL {} answers no PUBREC", identifier));
        released.releases -= released.recorded ? 0 : 1;
        released.recorded = false;
    } else if (packet.type == PacketType::pubcomp) {
        const auto found = std::ranges::find(to_complete_, identifier);
        if (found == to_complete_.end())
            return witness_.broken(Invariant::one_answer, fmt::format("PUBCOMP {} answers no PUBREL", identifier));
        if (found != to_complete_.begin())
            witness_.broken(Invariant::acknowledgement_order, fmt::format("PUBCOMP {} is out of order", identifier));
        to_complete_.erase(found);
    } else {
        check_answer(packet.type, identifier);
    }
}

/// PUBACKs leave in the order of the messages of QoS 1, PUBRECs in that of QoS 2 [MQTT-4.6.0-2] [MQTT-4.6.0-3]. Those
/// that were passed over are not answered any more on this connection.
void Conduct::check_answer(PacketType type, PacketIdentifier identifier) {
    const auto is_it = [&](const Unanswered& one) { return one.identifier == identifier && one.answer == type; };
    const auto found = std::ranges::find_if(unanswered_, is_it);
    if (found == unanswered_.end())
        return witness_.broken(
            Invariant::one_answer,
            fmt::format("client {} answers identifier {}, which asks for no answer, or is passed over", client_,
                        identifier));
    if (type == PacketType::pubrec && ++open_pubrecs_ > session::OpenPubrecs::most)
        witness_.broken(Invariant::bounded_memory, fmt::format("{} PUBRECs are open", open_pubrecs_));
    const std::ptrdiff_t place = found - unanswered_.begin();
    std::deque<Unanswered> left;
    for (std::ptrdiff_t i = 0; i != std::ssize(unanswered_); ++i) {
        const Unanswered& one = unanswered_[static_cast<std::size_t>(i)];
        if (i > place || (i < place && one.answer != type)) left.push_back(one);
    }
    unanswered_ = std::move(left);
}

// What the broker sends

void Conduct::accepted(const Granted& granted, std::size_t most, bool may_be_early) {
    may_be_early_ = may_be_early;
    most_unacknowledged_ = most;
    accepted_ = true;
    granted_ = granted;
}

void Conduct::sent(const wire::Publish& message) {
    if (message.qos == Qos::at_most_once) return;
    unanswered_.push_back(
        {message.packet_identifier, message.qos == Qos::at_least_once ? PacketType::puback : PacketType::pubrec});
}

void Conduct::sent(PacketType type, PacketIdentifier identifier, bool carries_on) {
    if (type == PacketType::pubrel) return to_complete_.push_back(identifier);
    Open& known = open(identifier);
    if (type == PacketType::pubrec && carries_on) {
        ++known.releases;
        return;
    }
    if (known.published) --unacknowledged_;
    known.published = false;
}

void Conduct::answered(PacketIdentifier identifier) {
    open(identifier).requested = false;
}

}  // namespace mqtts::simulation
