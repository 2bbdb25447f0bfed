// SPDX-License-Identifier: Apache-2.0
// What the broker says in CONNACK, SUBACK and PUBACK as its habits are, and what the client must make of it.
#include <algorithm>

#include "simulation/broker_send.hpp"
#include "simulation/model_broker.hpp"

namespace mqtts::simulation {

using wire::ProtocolVersion;
using wire::ReasonCode;
using Id = wire::PropertyIdentifier;

/// Returns what goes with a refusal.
wire::PropertyWriter ModelBroker::explanation(const Peer& peer, ReasonCode reason) const {
    wire::PropertyWriter properties;
    if (!network_.plan.habits.explains || peer.version != ProtocolVersion::v5) return properties;
    const bool can_refer = reason == ReasonCode::use_another_server || reason == ReasonCode::server_moved;
    if (can_refer) properties.add(Id::server_reference, "another.example");
    properties.add(Id::reason_string, "because");
    return properties;
}

/// Tells whether the broker refuses for a reason that no other attempt can cure.
bool ModelBroker::is_final(ReasonCode reason) noexcept {
    constexpr ReasonCode passing[] = {ReasonCode::server_unavailable, ReasonCode::server_busy,
                                      ReasonCode::server_shutting_down, ReasonCode::connection_rate_exceeded};
    return std::ranges::find(passing, reason) == std::end(passing);
}

/// Adds to CONNACK what the session and the subscriptions may be.
void ModelBroker::allow_less(Peer& peer, wire::PropertyWriter& properties) {
    const Habits& habits = network_.plan.habits;
    Session& session = *peer.session;
    if (peer.version == ProtocolVersion::v5 && habits.expiry && session.expiry > *habits.expiry) {
        session.expiry = *habits.expiry;
        properties.add(Id::session_expiry_interval, session.expiry);
    }
    if (peer.wire.client() != 1) return;
    const bool is_v5 = peer.version == ProtocolVersion::v5;
    const bool forbids = is_v5 && peer.wire.connection() >= habits.since;
    if (forbids && habits.no_wildcards) properties.add(Id::wildcard_subscription_available, 0U);
    if (forbids && habits.no_shared) properties.add(Id::shared_subscription_available, 0U);
    if (forbids && habits.no_identifiers) properties.add(Id::subscription_identifier_available, 0U);
    const bool has_wildcard = !network_.plan.details.exact_filter;
    const bool is_forbidden = forbids && ((habits.no_wildcards && has_wildcard) || (habits.no_shared && habits.shared));
    const bool is_indistinct = habits.identified && (!is_v5 || (forbids && habits.no_identifiers));
    if (is_forbidden || is_indistinct) {
        const int status = exit_status(is_forbidden ? Errc::wildcards_not_supported : Errc::bad_option);
        network_.witness.allow(1, status);
        // A resumed session may have the subscriptions, and a client that suspects them does not ask at once.
        const bool asks = !peer.session_present && !network_.witness.was_closed(1);
        if (asks && network_.plan.details.hangs_up == 0) must_end_at_once(peer, status);
    }
}

/// The run must end with this status, whatever else happens.
void ModelBroker::must_end_at_once(const Peer& peer, int status) {
    const unsigned client = peer.wire.client();
    network_.witness.allow(client, status);
    if (peer.wire.connection() + 1 == network_.attempts[client])
        network_.promises.must_end(client, peer.wire.connection(), status);
}

/// Answers a subscription with the QoS that it gets.
wire::Qos ModelBroker::grant(const wire::Subscription& subscription) {
    const Habits& habits = network_.plan.habits;
    if (habits.most_granted >= subscription.qos) return subscription.qos;
    if (habits.strict && subscription.qos == wire::Qos::exactly_once) {
        network_.promises.subscription_refused();
        network_.witness.allow(1, exit_status(Errc::qos_not_supported));
    }
    return habits.most_granted;
}

/// Tells whether no fault of the plan touches this connection.
bool ModelBroker::is_undisturbed(const Peer& peer) const {
    return std::ranges::none_of(network_.plan.faults, [&](const Fault& fault) {
        return fault.client == peer.wire.client() && fault.connection == peer.wire.connection();
    });
}

/// Adds a code too many to SUBACK, on the connection of the plan.
void ModelBroker::miscount(const Peer& peer, std::string& codes) {
    if (network_.plan.habits.miscounts != peer.wire.connection()) return;
    codes.push_back('\0');
    const Subscribing& in = network_.plan.subscribing;
    const bool is_sure = in.wanted == 0 && in.fails_after == 0 && is_undisturbed(peer);
    network_.witness.allow(1, exit_status(Errc::protocol_error));
    if (is_sure) must_end_at_once(peer, exit_status(Errc::protocol_error));
}

namespace {

using Bytes = std::string_view;
/// What servers of other protocols say first, and CONNACKs that are none.
constexpr Bytes other_greetings[babbles] = {"HTTP/1.1 400 Bad Request\r\n\r\n",
                                            "220 mail.example ESMTP\r\n",
                                            Bytes("\x15\x03\x03\0\x02\x02\x28", 7),
                                            Bytes("\x20\x01\0", 3),
                                            Bytes("\xD0\0", 2),
                                            Bytes("\x40\x02\0\x01", 4),
                                            Bytes("\xE0\x02\x81", 3),
                                            "SSH-2.0-OpenSSH_9.2\r\n"};
/// Packets that only a client may send, that have no place here, or that are malformed.
constexpr Bytes wrong_packets[babbles] = {Bytes("\xC0\0", 2),         Bytes("\x20\x02\0\0", 4),
                                          Bytes("\x4F\x02\0\x01", 4), Bytes("\x90\x01\0", 3),
                                          Bytes("\xD0\x01\0", 3),     Bytes("\x36\x05\0\x01x\0\x01", 7),
                                          Bytes("\xF0\x01\x18", 3),   Bytes("\x80\xFF\xFF\xFF\xFF", 5)};

}  // namespace

/// Sends what breaks the protocol, if the plan says so by now.
bool ModelBroker::babbles(Peer& peer) {
    const bool is_greeting = peer.session == nullptr;
    const Fault* const fault = peer.liberties.take(Fault::Kind::babble, is_greeting ? 0 : peer.packets);
    if (fault == nullptr) return false;
    const int status = exit_status(Errc::protocol_error);
    const unsigned client = peer.wire.client();
    network_.witness.allow(client, status);
    peer.output.append((is_greeting ? other_greetings : wrong_packets)[fault->amount % simulation::babbles]);
    const bool early = client == 0 ? network_.plan.publishing.early : network_.plan.subscribing.early;
    if (is_greeting) network_.witness.network_failed(client);  // part of a packet may wait for the rest of it
    if (!is_greeting && !early) must_end(peer, status);
    return true;
}

/// Answers a message of QoS 2 as if it were QoS 1, if the plan says so.
bool ModelBroker::answers_as_1(Peer& peer, const wire::Publish& message, std::uint32_t number) {
    if (message.qos != wire::Qos::exactly_once || number + 1 != network_.plan.habits.answers_as_1) return false;
    network_.witness.allow(0, exit_status(Errc::qos_2_answered_as_1));
    network_.witness.refused(number);  // such an answer means nothing
    if (is_undisturbed(peer)) must_end_at_once(peer, exit_status(Errc::qos_2_answered_as_1));
    answer(peer, wire::PacketType::puback, message.packet_identifier);
    return true;
}

}  // namespace mqtts::simulation
