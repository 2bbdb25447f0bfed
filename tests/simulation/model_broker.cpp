// SPDX-License-Identifier: Apache-2.0
// Connections of the broker: what comes, and the end.
#include "simulation/model_broker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulation/broker_send.hpp"

namespace mqtts::simulation {

using wire::Frame;
using wire::PacketType;
using wire::ProtocolVersion;
using wire::ReasonCode;
using Id = wire::PropertyIdentifier;

ModelBroker::ModelBroker(Network& network) : network_(network) {
    for (const Fault& fault : network.plan.faults)
        if (fault.kind == Fault::Kind::crash) crashes_.push_back(&fault);
}

void ModelBroker::opened(Wire& wire) {
    peers_.emplace_back(network_, wire);
}

void ModelBroker::ended(Wire& wire) {
    Peer& peer = peers_[wire.number()];
    if (!peer.is_open) return;
    close(peer, Ending::cut_off);
}

namespace {

template <class Packet>
void decode_into(const Frame& frame, ProtocolVersion version, Packet& packet, Errc& error) {
    error = wire::decode(frame, version, packet);
}

void decode_into(const Frame& frame, ProtocolVersion, wire::ClientConnect& packet, Errc& error) {
    error = wire::decode(frame, packet);
}

}  // namespace

void ModelBroker::received(Wire& wire, std::string_view bytes) {
    Peer& peer = peers_[wire.number()];
    peer.input.append(bytes);
    peer.last_heard = network_.clock.now();
    read(peer);
}

ModelBroker::Early ModelBroker::early(const Peer& peer) noexcept {
    return peer.late_connack == nullptr ? Early::answer : static_cast<Early>(peer.late_connack->at % 4);
}

void ModelBroker::read(Peer& peer) {
    Errc error = Errc::ok;
    while (peer.is_open && early(peer) != Early::wait) {
        const auto frame = wire::next_frame(peer.input.readable(), wire::largest_packet, error);
        if (error != Errc::ok) return peer.conduct.packet(PacketType::reserved, 0, error);
        if (!frame) break;
        ++peer.packets;
        ++packets_;
        if (early(peer) == Early::hang_up) {
            network_.witness.closed(peer.wire.client());
            return close(peer, Ending::close);
        }
        const bool may_be_early =
            peer.wire.client() == 0 ? network_.plan.publishing.early : network_.plan.subscribing.early;
        const bool awaits_connack = peer.late_connack != nullptr || (peer.login.is_wanted() && peer.session == nullptr);
        const bool is_login = frame->type == PacketType::connect || frame->type == PacketType::auth;
        if (awaits_connack && frame->type != PacketType::disconnect && !is_login && !may_be_early)
            network_.witness.broken(Invariant::connect_first, "a packet leaves before CONNACK has come");
        const bool ignored = early(peer) == Early::ignore;
        if (!ignored) take(peer, *frame);
        if (ignored) network_.trace.packet(peer.wire.client(), "--x", *frame, peer.version);
        peer.input.consume(frame->size);
        if (crashes()) return;
        ask_again(peer);
        if (peer.session != nullptr && peer.late_connack == nullptr) static_cast<void>(babbles(peer));
        if (const Fault* fault = peer.liberties.take(Fault::Kind::disconnect, peer.packets); fault && peer.is_open)
            say_goodbye(peer, static_cast<ReasonCode>(fault->amount));
    }
    if (peer.is_open) flush(peer);
}

void ModelBroker::take(Peer& peer, const Frame& frame) {
    Errc error = Errc::ok;
    const auto with = [&](auto packet) {
        decode_into(frame, peer.version, packet, error);
        if constexpr (std::is_same_v<decltype(packet), wire::ClientConnect>) peer.version = packet.version;
        network_.trace.packet(peer.wire.client(), "-->", frame, peer.version);
        peer.conduct.packet(frame.type, frame.size, error);
        if (peer.is_distrusted && frame.type != PacketType::disconnect)
            network_.witness.broken(Invariant::authentication, "a packet goes to a broker that has proved nothing");
        if (peer.session != nullptr) peer.session->is_known = true;
        if (error == Errc::ok) take(peer, packet);
    };
    switch (frame.type) {
        case PacketType::connect:
            return with(wire::ClientConnect());
        case PacketType::auth:
            return with(wire::ClientAuth());
        case PacketType::publish:
            return with(wire::Publish());
        case PacketType::puback:
        case PacketType::pubrec:
        case PacketType::pubrel:
        case PacketType::pubcomp:
            return with(wire::Acknowledgement());
        case PacketType::subscribe:
            return with(wire::ClientSubscribe());
        case PacketType::unsubscribe:
            return with(wire::ClientUnsubscribe());
        case PacketType::disconnect:
            return with(wire::ClientDisconnect());
        case PacketType::pingreq:
            network_.trace.packet(peer.wire.client(), "-->", frame, peer.version);
            peer.conduct.packet(frame.type, frame.size, Errc::ok);
            return send(peer, wire::Pingresp());
        default:
            return peer.conduct.packet(frame.type, frame.size, Errc::protocol_error);
    }
}

// The end

void ModelBroker::say_goodbye(Peer& peer, ReasonCode reason) {
    network_.witness.closed(peer.wire.client());
    network_.witness.allow(peer.wire.client(), exit_status(Errc::disconnected));
    const bool can_say_why = peer.version == ProtocolVersion::v5 && peer.session != nullptr;
    if (can_say_why || network_.plan.habits.says_goodbye) {
        network_.sentences.goodbye(peer.wire.client());
        send(peer, wire::Disconnect{.properties = explanation(peer, reason).view(), .reason_code = reason});
    }
    close(peer, Ending::close);
}

/// The session of a spool is needed while it has a message of QoS 2 in the middle.
void ModelBroker::check_gives_away(const Peer& peer) {
    const bool may_be_stale = std::ranges::any_of(network_.plan.faults, [](const Fault& fault) {
        return fault.kind == Fault::Kind::crash || fault.kind == Fault::Kind::refuse_publish ||
               (fault.kind >= Fault::Kind::grant_window && fault.kind <= Fault::Kind::grant_size);
    });
    if (peer.wire.client() == 0 && network_.plan.restarting.spools() && !peer.session->received.empty() &&
        !may_be_stale && network_.plan.details.closes_on == 0)
        network_.witness.broken(Invariant::session_resumed, "a session ends that the next process needs");
}

void ModelBroker::take(Peer& peer, const wire::ClientDisconnect& disconnect) {
    const auto expiry = disconnect.packet.properties.find(Id::session_expiry_interval);
    if (expiry && peer.session != nullptr) {
        if (expiry->number == 0) check_gives_away(peer);
        peer.session->expiry = expiry->number;
    }
    close(peer, Ending::close);
}

void ModelBroker::close(Peer& peer, Ending how) {
    if (!peer.is_open) return;
    flush(peer);
    let_go(peer);
    peer.wire.end(how);
}

/// Leaves the session, which lasts for its Session Expiry Interval.
void ModelBroker::let_go(Peer& peer) {
    peer.is_open = false;
    Session* const session = std::exchange(peer.session, nullptr);
    if (session == nullptr) return;
    session->in_use = false;
    if (session->expiry == 0) {
        network_.witness.session_lost(session->client);
        return state_.erase(*session);
    }
    if (session->expiry == session::never_expires) return;
    session->ends = network_.clock.now() + std::chrono::seconds(session->expiry);
}

/// Breaks all connections and falls back to an older state, if a fault of the plan says so.
bool ModelBroker::crashes() {
    if (crashes_.empty()) return false;
    const auto due = std::ranges::find_if(crashes_, [&](const Fault* fault) { return fault->at <= packets_; });
    if (due == crashes_.end()) {
        if (packets_ % 8 == 0) older_ = state_;
        return false;
    }
    const Fault& fault = **due;
    crashes_.erase(due);
    crash(fault);
    return true;
}

void ModelBroker::crash(const Fault& fault) {
    for (unsigned client = 0; client != Plan::clients; ++client) {
        network_.happened(client, fault);
        network_.witness.session_lost(client);
    }
    for (Peer& peer : peers_) {
        if (!peer.is_open) continue;
        let_go(peer);
        peer.wire.end(Ending::reset);
    }
    network_.witness.crashed();
    state_ = older_ ? *older_ : BrokerState();
    for (Session& session : state_.sessions) {
        session.in_use = false;
        session.is_older = session.is_back = true;
    }
    down_until_ = network_.clock.now() + std::chrono::milliseconds(fault.amount);
}

bool ModelBroker::lacks_subscriptions(unsigned client) const noexcept {
    return std::ranges::any_of(peers_, [&](const Peer& peer) {
        const bool is_last = peer.wire.client() == client && peer.wire.connection() + 1 == network_.attempts[client];
        return peer.is_open && is_last && peer.session != nullptr && !peer.session->is_older &&
               peer.session->subscriptions.size() <=
                   network_.plan.details.more_filters + network_.plan.habits.more_filters();
    });
}

ModelBroker::Peer* ModelBroker::peer_of(const Session& session) noexcept {
    const auto found = std::ranges::find(peers_, &session, &Peer::session);
    return found == peers_.end() ? nullptr : &*found;
}

void ModelBroker::act(std::uint32_t what, std::uint64_t number) {
    Peer& peer = peers_[number];
    if (!peer.is_open) return;
    switch (what) {
        case send_delayed:
            if (peer.delayed.front().front() == '\x62') peer.conduct.released();
            peer.wire.send(peer.delayed.front());
            return peer.delayed.pop_front();
        case send_held:
            return peer.wire.send(std::exchange(peer.held, {}));
        case greet_late:
            peer.late_connack = nullptr;
            greet(peer);
            return read(peer);
        case send_twice:
            send_again(peer);
            return flush(peer);
        case send_retained:
            owe(*peer.session, peer.late_retained.front().message, peer.late_retained.front().qos, true);
            peer.late_retained.pop_front();
            return pump(*peer.session);
        case check_end:
            if (!peer.wire.is_disturbed())
                network_.witness.broken(Invariant::authentication, "a broker is trusted on, which has proved nothing");
            return;
        default:
            return keep_alive(peer);
    }
}

void ModelBroker::keep_alive(Peer& peer) {
    if (peer.keep_alive == 0) return;
    const Time end = peer.last_heard + std::chrono::milliseconds(1'500) * peer.keep_alive;  // [MQTT-3.1.2-22]
    if (network_.clock.now() < end) return network_.clock.at(end, *this, check_keep_alive, peer.wire.number());
    // The process of a run that has ended is gone, and with it the connection, if its goodbye was not heard.
    if (!peer.wire.is_disturbed() && network_.witness.runs(peer.wire.client()))
        network_.witness.broken(Invariant::keep_alive,
                                fmt::format("client {} is silent for longer than the Keep Alive", peer.wire.client()));
    network_.witness.network_failed(peer.wire.client());
    say_goodbye(peer, ReasonCode::keep_alive_timeout);
}

}  // namespace mqtts::simulation
