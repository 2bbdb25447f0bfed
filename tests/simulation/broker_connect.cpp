// SPDX-License-Identifier: Apache-2.0
// How the broker answers CONNECT.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "simulation/broker_send.hpp"
#include "simulation/model_broker.hpp"

namespace mqtts::simulation {

using wire::ProtocolVersion;
using wire::ReasonCode;
using Id = wire::PropertyIdentifier;

void ModelBroker::take(Peer& peer, const wire::ClientConnect& connect) {
    if (peer.session != nullptr || !peer.connect.empty()) return;
    if (is_out_of_order(peer)) return;
    if (const Fault* fault = peer.liberties.take(Fault::Kind::refuse_connack))
        return refuse(peer, static_cast<ReasonCode>(fault->amount));
    const bool is_last = peer.wire.connection() + 1 == network_.attempts[peer.wire.client()];
    if (is_last) network_.promises.asks(peer.wire.client(), connect);  // another one was on the way for long
    if (network_.plan.details.repeats_refusal && peer.wire.connection() != 0) {
        network_.witness.allow(peer.wire.client(), exit_status(Errc::not_authorized));
        return refuse(peer, ReasonCode::not_authorized);
    }
    if (peer.liberties.take(Fault::Kind::silent_connack) != nullptr) return;
    if (!speaks(peer, connect) || babbles(peer)) return;
    if (peer.login.is_wanted()) return authenticate(peer, connect);
    accept(peer, connect);
}

void ModelBroker::accept(Peer& peer, const wire::ClientConnect& connect) {
    peer.session_present = resume(peer, connect);
    const auto maximum = connect.packet.properties.find(Id::receive_maximum);
    peer.window = peer.version != ProtocolVersion::v5 ? network_.plan.window
                  : maximum                           ? static_cast<std::uint16_t>(maximum->number)
                                                      : std::uint16_t{65535};
    if (peer.liberties.has(Fault::Kind::exceed_window) != nullptr) peer.window = 65535;
    peer.keep_alive = connect.packet.keep_alive;
    const auto aliases = connect.packet.properties.find(Id::topic_alias_maximum);
    peer.topic_alias_maximum = aliases ? aliases->number : 0;
    peer.late_connack = peer.liberties.has(Fault::Kind::late_connack);
    if (peer.late_connack == nullptr) return greet(peer);
    network_.clock.at(network_.clock.now() + std::chrono::milliseconds(peer.late_connack->amount), *this, greet_late,
                      peer.wire.number());
}

/// Tells whether it speaks this version of MQTT, and if not, answers in its way.
bool ModelBroker::speaks(Peer& peer, const wire::ClientConnect& connect) {
    const std::uint32_t way = network_.plan.old_broker;
    if (way == 0 || peer.version != ProtocolVersion::v5) return true;
    network_.witness.allow(peer.wire.client(), exit_status(Errc::unsupported_version));
    network_.witness.network_failed(peer.wire.client());
    if (way == 3) return false;
    if (way == 4) {  // it takes every version for 3.1.1
        peer.session_present = resume(peer, connect);
        network_.sentences.said(peer.wire.client(), ReasonCode::unsupported_protocol_version);
        peer.output.append(std::string_view("\x20\x02\0\0", 4));
        return false;
    }
    if (way == 1) {
        peer.version = ProtocolVersion::v311;
        send(peer, wire::Connack{.reason_code = ReasonCode::unsupported_protocol_version});
    }
    close(peer, Ending::close);
    return false;
}

/// Notes what cannot be held against a client that comes back to its session.
void ModelBroker::note_resumed(Peer& peer, Session& session) {
    const unsigned client = peer.wire.client();
    // What was on its way when the broker crashed may have arrived since, and comes again.
    if (std::exchange(session.is_back, false)) network_.witness.session_lost(client);
    // The client has not seen the CONNACK without Session Present. Before MQTT 5, PUBCOMP does not say that the message
    // is unknown; and a message that comes again with DUP can be an old one or a new one. Another process does not even
    // know that a CONNECT has had no answer.
    const bool can_tell =
        client == 0 && peer.version == ProtocolVersion::v5 && network_.promises.is_of_run(client, session.connection);
    if (!session.is_known) session.in_doubt = true;
    if (session.in_doubt && !can_tell) network_.witness.crashed();
    // It doubts the session if a CONNECT has had no answer: then only DUP tells that a message is an old one.
    if (network_.plan.details.forgets_dup && !network_.promises.knows_session(client))
        network_.witness.session_lost(client);
    for (const wire::PacketIdentifier recorded : recorded_[client])
        peer.conduct.may_release(recorded);
}

/// Finds or makes the session. Returns whether it was there.
bool ModelBroker::resume(Peer& peer, const wire::ClientConnect& connect) {
    const unsigned client = peer.wire.client();
    const bool is_anonymous = connect.packet.client_identifier.empty();
    const std::string identifier = is_anonymous ? fmt::format("assigned-{}-{}", client, peer.wire.connection())
                                                : std::string(connect.packet.client_identifier);
    peer.assigned_identifier = is_anonymous ? identifier : "";
    // A CONNECT that was on the way for long may end the session of a later one.
    unsigned& latest = latest_connect_[client];
    if (peer.wire.connection() < latest) network_.witness.crashed();
    latest = std::max(latest, peer.wire.connection());
    Session* session = state_.find(identifier);
    if (session != nullptr && session->in_use) {
        say_goodbye(*peer_of(*session), ReasonCode::session_taken_over);
        session = state_.find(identifier);
    }
    const bool expired = session != nullptr && network_.clock.now() >= session->ends;
    const bool lost = peer.liberties.take(Fault::Kind::lose_session) != nullptr;
    if (session != nullptr && (connect.packet.clean_start || expired || lost)) {
        state_.erase(*session);
        session = nullptr;
    }
    const bool present = session != nullptr;
    if (!present) {
        ++sessions_begun_[client];
        network_.witness.session_lost(client);
        session = &state_.sessions.emplace_back();
        session->client_identifier = identifier;
        session->client = client;
        session->connection = peer.wire.connection();
    }
    const auto expiry = connect.packet.properties.find(Id::session_expiry_interval);
    const bool lasts = peer.version != ProtocolVersion::v5 && !connect.packet.clean_start;
    session->expiry = expiry ? expiry->number : lasts ? session::never_expires : 0;
    session->ends = Time::max();
    session->in_use = true;
    peer.session = session;
    if (std::exchange(released_early_[client], false)) network_.witness.session_lost(client);
    if (!present) return false;
    note_resumed(peer, *session);
    return true;
}

namespace {

/// How many messages the client may leave unacknowledged: before MQTT 5, as few as every server takes.
std::size_t most_unacknowledged(const Plan& plan, unsigned client, ProtocolVersion version, const Granted& granted) {
    constexpr std::size_t careful = 20;
    const std::size_t own = client == 0 ? plan.publishing.send_window : 0;
    if (own != 0) return std::min<std::size_t>(own, granted.receive_maximum);
    return version == ProtocolVersion::v5 ? granted.receive_maximum : careful;
}

}  // namespace

void ModelBroker::greet(Peer& peer) {
    wire::PropertyWriter properties;
    const Granted granted = peer.liberties.granted(peer.version);
    if (!peer.assigned_identifier.empty()) properties.add(Id::assigned_client_identifier, peer.assigned_identifier);
    if (granted.receive_maximum != 65535) properties.add(Id::receive_maximum, granted.receive_maximum);
    if (granted.maximum_packet_size != wire::largest_packet)
        properties.add(Id::maximum_packet_size, granted.maximum_packet_size);
    if (granted.maximum_qos != wire::Qos::exactly_once)
        properties.add(Id::maximum_qos, static_cast<std::uint32_t>(granted.maximum_qos));
    if (!granted.retain_available) properties.add(Id::retain_available, 0U);
    if (const Fault* fault = peer.liberties.has(Fault::Kind::shorten_keep_alive);
        fault != nullptr && peer.version == ProtocolVersion::v5) {
        peer.keep_alive = static_cast<std::uint16_t>(fault->amount);
        properties.add(Id::server_keep_alive, fault->amount);
    }
    allow_less(peer, properties);
    if (peer.login.is_wanted()) {
        properties.add(Id::authentication_method, peer.login.method());
        if (!peer.proof.empty()) properties.add(Id::authentication_data, peer.proof);
    }
    const bool early = peer.wire.client() == 0 ? network_.plan.publishing.early : network_.plan.subscribing.early;
    peer.conduct.accepted(granted, most_unacknowledged(network_.plan, peer.wire.client(), peer.version, granted),
                          early);
    send(peer, wire::Connack{.properties = properties.view(), .session_present = peer.session_present});
    peer.last_heard = network_.clock.now();  // until now it could not send a ping
    if (peer.wire.connection() < network_.plan.details.hangs_up) {
        network_.witness.network_failed(peer.wire.client());
        network_.witness.closed(peer.wire.client());
        network_.witness.allow(1, exit_status(Errc::subscription_refused));
        return close(peer, Ending::close);
    }
    act(check_keep_alive, peer.wire.number());
    // Like mosquitto it sends again all that was in flight, even if an earlier connection granted more than this one.
    send_again(peer, !network_.plan.details.forgets_dup);
    pump(*peer.session);
    const bool releases_early = peer.liberties.has(Fault::Kind::release_early) != nullptr;
    if (const Fault* fault = peer.liberties.has(Fault::Kind::send_twice); fault != nullptr && !releases_early)
        network_.clock.at(network_.clock.now() + std::chrono::milliseconds(fault->amount), *this, send_twice,
                          peer.wire.number());
}

void ModelBroker::refuse(Peer& peer, ReasonCode reason) {
    const wire::PropertyWriter why = explanation(peer, reason);
    send(peer, wire::Connack{.properties = why.view(), .reason_code = reason});
    if (peer.version != ProtocolVersion::v5)  // most reasons have no code of their own there
        network_.sentences.said(peer.wire.client(), ReasonCode::server_unavailable);
    if (is_final(reason) && peer.version == ProtocolVersion::v5) {
        network_.promises.refused_for_good(peer.wire.client(), peer.wire.connection());
        const bool early = peer.wire.client() == 0 ? network_.plan.publishing.early : network_.plan.subscribing.early;
        if (!early) must_end_at_once(peer, exit_status(Errc::refused));
    }
    close(peer, Ending::close);
}

}  // namespace mqtts::simulation
