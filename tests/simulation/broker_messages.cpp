// SPDX-License-Identifier: Apache-2.0
// Messages of the broker: what comes from publishers, and what goes to subscribers.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulation/broker_send.hpp"
#include "simulation/model_broker.hpp"
#include "wire/topic.hpp"

namespace mqtts::simulation {

using wire::PacketIdentifier;
using wire::PacketType;
using wire::ProtocolVersion;
using wire::Qos;
using wire::ReasonCode;
using Stage = Outgoing::Stage;

// From publishers

void ModelBroker::take(Peer& peer, const wire::Publish& message) {
    peer.conduct.publish(message);
    if (peer.session == nullptr) return;
    Session& session = *peer.session;
    const PacketIdentifier identifier = message.packet_identifier;
    if (peer.wire.client() != 0) return remove_retained(peer, message);
    const std::uint32_t number = network_.witness.arrived(message, peer.session_present);
    if (message.qos != Qos::at_most_once) {
        if (const Fault* fault = peer.liberties.take(Fault::Kind::refuse_publish, peer.packets);
            fault != nullptr && peer.version == ProtocolVersion::v5) {
            network_.witness.refused(number);
            const PacketType type = message.qos == Qos::at_least_once ? PacketType::puback : PacketType::pubrec;
            return answer(peer, type, identifier, static_cast<ReasonCode>(fault->amount));
        }
    }
    if (closes_on(peer, number) || answers_as_1(peer, message, number)) return;
    network_.witness.taken(number);
    const auto type = message.properties.find(wire::PropertyIdentifier::content_type);
    const auto kept = std::make_shared<const Kept>(Kept{.topic_name = std::string(message.topic_name),
                                                        .payload = std::string(message.payload),
                                                        .content_type = std::string(type ? type->text : ""),
                                                        .qos = message.qos,
                                                        .retain = message.retain,
                                                        .number = number});
    if (message.qos != Qos::exactly_once) {
        hand_on(session, kept);
        if (message.qos == Qos::at_least_once) answer(peer, PacketType::puback, identifier);
        return;
    }
    const auto known = std::ranges::find(session.received, identifier, &Session::Received::identifier);
    if (known == session.received.end()) {
        session.received.push_back({identifier, kept});
        if (!network_.plan.hands_on_at_release) hand_on(session, kept);
    } else if (known->message->number != number && !session.is_older) {
        network_.witness.broken(Invariant::identifier_in_use,
                                fmt::format("message {} has Packet Identifier {}, which message {} still has", number,
                                            identifier, known->message->number));
    }
    if (std::ranges::find(recorded_[session.client], identifier) == recorded_[session.client].end())
        recorded_[session.client].push_back(identifier);
    answer(peer, PacketType::pubrec, identifier);
}

bool ModelBroker::closes_on(Peer& peer, std::uint32_t number) {
    if (number + 1 != network_.plan.details.closes_on) return false;
    network_.witness.allow(0, exit_status(Errc::publish_refused));
    network_.witness.network_failed(0);
    network_.witness.closed(0);
    close(peer, Ending::close);
    return true;
}

/// Takes a message of the subscriber: all that it publishes clears retained messages.
void ModelBroker::remove_retained(Peer& peer, const wire::Publish& message) {
    if (!message.retain || !message.payload.empty())
        network_.witness.broken(Invariant::content, "the subscriber publishes a message");
    const Habits::Removal removal = network_.plan.habits.removal;
    const bool answers = message.qos == Qos::at_least_once && peer.version == ProtocolVersion::v5;
    if (removal == Habits::Removal::is_refused && answers) {
        network_.witness.allow(1, exit_status(Errc::publish_refused));
        network_.promises.removal_refused();
        return answer(peer, PacketType::puback, message.packet_identifier, ReasonCode::not_authorized);
    }
    const auto is_it = [&](const KeptMessage& one) { return one->topic_name == message.topic_name; };
    if (removal != Habits::Removal::closes) std::erase_if(state_.retained, is_it);
    if (message.qos == Qos::at_least_once) answer(peer, PacketType::puback, message.packet_identifier);
    if (message.qos == Qos::exactly_once) answer(peer, PacketType::pubrec, message.packet_identifier);
    if (removal != Habits::Removal::closes) return;
    network_.witness.closed(1);
    network_.witness.network_failed(1);
    network_.witness.allow(1, exit_status(Errc::publish_refused));
    close(peer, Ending::close);
}

void ModelBroker::hand_on(Session& from, const KeptMessage& message) {
    Peer* const peer = peer_of(from);
    if (peer != nullptr && peer->liberties.take(Fault::Kind::lose_message, peer->packets) != nullptr) return;
    network_.witness.handed_on(message->number, message->qos);
    if (peer != nullptr && peer->liberties.take(Fault::Kind::deliver_twice, peer->packets) != nullptr)
        network_.witness.handed_on(message->number, message->qos);
    if (message->retain) state_.retain(message);
    for (Session& session : state_.sessions) {
        std::optional<Qos> granted;
        for (const Subscribed& subscribed : session.subscriptions)
            if (wire::matches(subscribed.topic_filter, message->topic_name))
                granted = std::max(granted.value_or(Qos::at_most_once), subscribed.qos);
        if (!granted) continue;
        owe(session, message, *granted, false);
        pump(session);
    }
}

// To subscribers

void ModelBroker::owe(Session& to, const KeptMessage& message, Qos granted, bool retain) {
    const Qos qos = std::min(message->qos, granted);
    if (qos == Qos::at_most_once && !to.in_use) return;
    network_.witness.owed(message->number, qos);
    to.outgoing.push_back({.message = message, .qos = qos, .retain = retain});
}

/// Tells whether an identifier is used again as soon as it is free. A broker that asks for two answers, or does not
/// wait for them, must not: it takes the second one for the answer to the next message.
bool ModelBroker::reuses_at_once(Peer& peer) {
    return network_.plan.reuses_identifiers && peer.liberties.has(Fault::Kind::send_twice) == nullptr &&
           peer.liberties.has(Fault::Kind::release_early) == nullptr &&
           peer.liberties.has(Fault::Kind::repeat_pubrel) == nullptr;
}

/// Sends what the window has room for.
void ModelBroker::pump(Session& session) {
    Peer* const peer = session.in_use ? peer_of(session) : nullptr;
    if (peer == nullptr || peer->late_connack != nullptr) return;
    std::size_t in_flight = session.in_flight();
    for (auto next = session.outgoing.begin(); next != session.outgoing.end();) {
        if (next->stage != Stage::queued) {
            ++next;
            continue;
        }
        if (next->qos == Qos::at_most_once) {
            send_message(*peer, *next, false);
            next = session.outgoing.erase(next);
            continue;
        }
        if (in_flight++ >= peer->window) break;
        next->identifier = session.free_identifier(reuses_at_once(*peer));
        next->stage = Stage::sent;
        send_message(*peer, *next, false);
        ++next;
    }
    flush(*peer);
}

void ModelBroker::send_message(Peer& peer, Outgoing& outgoing, bool dup) {
    wire::PropertyWriter properties;
    std::string_view topic_name = outgoing.message->topic_name;
    if (const auto most = peer.topic_alias_maximum; most != 0) {
        const std::uint32_t alias = outgoing.message->number % most + 1;
        peer.aliases.resize(most);
        properties.add(wire::PropertyIdentifier::topic_alias, alias);
        if (std::exchange(peer.aliases[alias - 1], std::string(topic_name)) == topic_name) topic_name = "";
    }
    if (!outgoing.message->content_type.empty() && peer.version == ProtocolVersion::v5)
        properties.add(wire::PropertyIdentifier::content_type, outgoing.message->content_type);
    network_.promises.moved(peer.wire.client());
    const wire::Publish message{.topic_name = topic_name,
                                .payload = outgoing.message->payload,
                                .properties = properties.view(),
                                .packet_identifier = outgoing.identifier,
                                .qos = outgoing.qos,
                                .retain = outgoing.retain,
                                .dup = dup};
    peer.conduct.sent(message);
    if (!dup && identifiers_released_early_.contains(outgoing.identifier))
        network_.witness.takes_place_of_another(outgoing.message->number);
    send(peer, message);
    if (outgoing.qos != Qos::exactly_once || peer.liberties.has(Fault::Kind::release_early) == nullptr) return;
    identifiers_released_early_.insert(outgoing.identifier);
    released_early_[peer.wire.client()] = true;  // if the connection is lost now, the message may come twice
    answer(peer, PacketType::pubrel, outgoing.identifier);
}

/// Sends again what is in flight [MQTT-4.4.0-1].
void ModelBroker::send_again(Peer& peer, bool dup) {
    for (Outgoing& outgoing : peer.session->outgoing) {
        if (outgoing.stage == Stage::sent) send_message(peer, outgoing, dup);
        if (outgoing.stage == Stage::released) answer(peer, PacketType::pubrel, outgoing.identifier);
    }
}

void ModelBroker::take(Peer& peer, const wire::Acknowledgement& packet) {
    peer.conduct.acknowledgement(packet);
    if (peer.session == nullptr) return;
    Session& session = *peer.session;
    const PacketIdentifier identifier = packet.packet_identifier;
    if (packet.type == PacketType::pubrel) {
        const auto known = std::ranges::find(session.received, identifier, &Session::Received::identifier);
        const bool is_known = known != session.received.end();
        if (is_known) {
            const KeptMessage message = known->message;
            session.received.erase(known);
            if (network_.plan.hands_on_at_release) hand_on(session, message);
        }
        if (!is_known) network_.witness.forgot();
        return answer(peer, PacketType::pubcomp, identifier,
                      is_known ? ReasonCode::success : ReasonCode::packet_identifier_not_found);
    }
    const auto found = session.find(identifier);
    if (found == session.outgoing.end()) return;
    const bool is_first = packet.type == (found->qos == Qos::at_least_once ? PacketType::puback : PacketType::pubrec);
    const bool is_early = peer.liberties.has(Fault::Kind::release_early) != nullptr;
    const bool is_last = packet.type == PacketType::pubcomp && (found->stage == Stage::released || is_early);
    if (!is_first && !is_last) return;
    const bool is_plain = std::ranges::none_of(network_.plan.faults, [](const Fault& fault) {
        return fault.kind == Fault::Kind::send_twice || fault.kind == Fault::Kind::repeat_pubrel ||
               fault.kind == Fault::Kind::release_early;
    });
    if (packet.type == PacketType::pubrec) found->recorded_on = peer.wire.number() + 1;
    if (packet.type == PacketType::pubcomp && wire::is_failure(packet.reason_code) && is_plain &&
        found->recorded_on == peer.wire.number() + 1)
        network_.witness.broken(Invariant::one_answer, "PUBCOMP does not know the message of its PUBREC");
    const bool completes = packet.type == PacketType::pubcomp || packet.type == PacketType::puback;
    // After PUBCOMP, a PUBREC that the broker did not wait for may be about an earlier message.
    if (packet.type != PacketType::pubcomp && !is_early) network_.witness.acknowledged(found->message->number);
    if (completes || wire::is_failure(packet.reason_code)) {
        session.outgoing.erase(found);
        return pump(session);
    }
    found->stage = Stage::released;
    if (peer.liberties.has(Fault::Kind::release_early) != nullptr) return;
    answer(peer, PacketType::pubrel, identifier);
    if (peer.liberties.has(Fault::Kind::repeat_pubrel) != nullptr) answer(peer, PacketType::pubrel, identifier);
}

void ModelBroker::take(Peer& peer, const wire::ClientSubscribe& subscribe) {
    peer.conduct.request(subscribe.packet_identifier);
    if (peer.session == nullptr) return;
    Session& session = *peer.session;
    std::string codes;
    const Details& details = network_.plan.details;
    if (peer.version == ProtocolVersion::v5 && peer.taken_identifiers++ < details.taken_identifiers) {
        codes.assign(subscribe.subscriptions.size(), static_cast<char>(ReasonCode::packet_identifier_in_use));
        peer.conduct.answered(subscribe.packet_identifier);
        return send(peer, wire::SubscriptionAnswer{.reason_codes = codes,
                                                   .type = PacketType::suback,
                                                   .packet_identifier = subscribe.packet_identifier});
    }
    for (const wire::Subscription& one : subscribe.subscriptions) {
        if (details.refused_filter != 0 && one.topic_filter == other_filter(details.refused_filter)) {
            network_.promises.subscription_refused();
            network_.witness.allow(1, exit_status(Errc::subscription_refused));
            codes.push_back(static_cast<char>(peer.version == ProtocolVersion::v5 ? 0x87 : 0x80));
            continue;
        }
        std::erase_if(session.subscriptions,
                      [&](const Subscribed& known) { return known.topic_filter == one.topic_filter; });
        const Qos granted = grant(one);
        session.subscriptions.push_back({std::string(one.topic_filter), granted});
        codes.push_back(static_cast<char>(granted));
    }
    miscount(peer, codes);
    network_.witness.subscribes();
    peer.conduct.answered(subscribe.packet_identifier);
    const wire::PropertyWriter why = explanation(peer, ReasonCode::success);
    send(peer, wire::SubscriptionAnswer{.reason_codes = codes,
                                        .properties = why.view(),
                                        .type = PacketType::suback,
                                        .packet_identifier = subscribe.packet_identifier});
    if (network_.plan.habits.says_more && peer.late_connack == nullptr) {
        send(peer, wire::Publish{.topic_name = "$SYS/uptime", .payload = "1"});
        send(peer, wire::Publish{.topic_name = "nobody/asked", .payload = "2", .retain = true});
    }
    owe_retained(peer, subscribe);
    pump(session);
}

void ModelBroker::owe_retained(Peer& peer, const wire::ClientSubscribe& subscribe) {
    Session& session = *peer.session;
    const std::chrono::milliseconds pause(network_.plan.details.slow_retained);
    // Messages before them can fill the window, and then retained ones come later than any ping can tell.
    const bool come_first = session.outgoing.empty();
    Time at = network_.clock.now();
    for (const wire::Subscription& one : subscribe.subscriptions) {
        const Qos granted = std::min(one.qos, network_.plan.habits.most_granted);
        for (const KeptMessage& message : state_.retained) {
            if (!wire::matches(one.topic_filter, message->topic_name)) continue;
            if (come_first) network_.witness.owed_as_retained(message->number);
            if (pause.count() == 0) {
                owe(session, message, granted, true);
                continue;
            }
            peer.late_retained.push_back({.message = message, .qos = granted});
            network_.clock.at(at += pause, *this, send_retained, peer.wire.number());
        }
    }
}

void ModelBroker::take(Peer& peer, const wire::ClientUnsubscribe& unsubscribe) {
    peer.conduct.request(unsubscribe.packet_identifier);
    if (peer.session == nullptr) return;
    std::string codes;
    for (const std::string_view filter : unsubscribe.topic_filters) {
        const bool was_there = std::erase_if(peer.session->subscriptions, [&](const Subscribed& known) {
                                   return known.topic_filter == filter;
                               }) != 0;
        codes.push_back(was_there ? '\0' : '\x11');
    }
    peer.conduct.answered(unsubscribe.packet_identifier);
    send(peer,
         wire::SubscriptionAnswer{
             .reason_codes = codes, .type = PacketType::unsuback, .packet_identifier = unsubscribe.packet_identifier});
}

bool ModelBroker::has_nothing_for(unsigned client) const noexcept {
    return std::ranges::all_of(
        state_.sessions, [&](const Session& session) { return session.client != client || session.outgoing.empty(); });
}

// What leaves

void ModelBroker::answer(Peer& peer, PacketType type, PacketIdentifier identifier, ReasonCode reason) {
    const std::uint32_t most = network_.plan.details.falls_silent;
    if (most != 0 && peer.wire.client() == 0 && acknowledgements_++ >= most)
        return network_.witness.allow(0, exit_status(Errc::unacknowledged));
    peer.conduct.sent(type, identifier, !wire::is_failure(reason));
    network_.promises.moved(peer.wire.client());
    const bool says_none = network_.plan.details.long_answers && reason == ReasonCode::success &&
                           peer.version == ProtocolVersion::v5 &&
                           (type == PacketType::puback || type == PacketType::pubrec);
    const wire::PropertyWriter why = explanation(peer, reason);
    const wire::Acknowledgement packet{.properties = wire::is_failure(reason) ? why.view() : wire::PropertiesView(),
                                       .type = type,
                                       .packet_identifier = identifier,
                                       .reason_code = says_none ? ReasonCode::no_matching_subscribers : reason};
    if (const Fault* late = peer.liberties.has(Fault::Kind::delay_answers))
        return send_late(peer, packet, late->amount);
    if (type == PacketType::pubrel) peer.conduct.released();
    const bool swaps = type != PacketType::pubrel && peer.liberties.has(Fault::Kind::swap_answers) != nullptr;
    if (swaps && peer.held.empty()) return hold(peer, packet);
    send(peer, packet);
    if (swaps) peer.output.append(std::exchange(peer.held, {}));
}

void ModelBroker::send_late(Peer& peer, const wire::Acknowledgement& packet, std::uint32_t milliseconds) {
    flush(peer);
    send(peer, packet);
    peer.delayed.emplace_back(peer.output.readable());
    peer.output.clear();
    network_.clock.at(network_.clock.now() + std::chrono::milliseconds(milliseconds), *this, send_delayed,
                      peer.wire.number());
}

/// Keeps it until the next one has passed it, or for a while.
void ModelBroker::hold(Peer& peer, const wire::Acknowledgement& packet) {
    flush(peer);
    send(peer, packet);
    peer.held = peer.output.readable();
    peer.output.clear();
    network_.clock.at(network_.clock.now() + std::chrono::milliseconds(50), *this, send_held, peer.wire.number());
}

void ModelBroker::flush(Peer& peer) {
    if (peer.output.empty()) return;
    peer.wire.send(peer.output.readable());
    peer.output.clear();
}

}  // namespace mqtts::simulation
