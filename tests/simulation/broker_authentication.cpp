// SPDX-License-Identifier: Apache-2.0
// How the broker lets clients authenticate: between CONNECT and CONNACK, and again when it wants to.
#include <fmt/format.h>

#include <utility>

#include "simulation/broker_send.hpp"
#include "simulation/model_broker.hpp"

namespace mqtts::simulation {

using wire::ReasonCode;
using Id = wire::PropertyIdentifier;

namespace {

std::string_view data_in(wire::PropertiesView properties) {
    const auto data = properties.find(Id::authentication_data);
    return data ? data->text : std::string_view();
}

}  // namespace

/// Begins the exchange, and keeps CONNECT for its end.
void ModelBroker::authenticate(Peer& peer, const wire::ClientConnect& connect) {
    peer.connect.assign(peer.input.readable());
    const auto method = connect.packet.properties.find(Id::authentication_method);
    if (!method || method->text != peer.login.method())
        network_.witness.broken(Invariant::authentication, "CONNECT is without the authentication method");
    const auto misdeed = peer.liberties.misdeed(false);
    if (misdeed == Misdeed::turns_round || misdeed == Misdeed::finishes_early) {  // only the client may say the one,
        peer.is_distrusted = true;                                                // and CONNACK the other
        const bool turns = misdeed == Misdeed::turns_round;
        must_end(peer, exit_status(Errc::protocol_error));
        return send_auth(peer, turns ? ReasonCode::re_authenticate : ReasonCode::success, peer.login.method(), "");
    }
    carry_out(peer, peer.login.begin(data_in(connect.packet.properties), misdeed));
}

void ModelBroker::send_auth(Peer& peer, ReasonCode reason_code, std::string_view method, std::string_view data) {
    wire::PropertyWriter properties;
    properties.add(Id::authentication_method, method);
    if (!data.empty()) properties.add(Id::authentication_data, data);
    send(peer, wire::Auth{.properties = properties.view(), .reason_code = reason_code});
}

/// The run must end with this status, soon.
void ModelBroker::must_end(Peer& peer, int status) {
    const unsigned client = peer.wire.client();
    network_.witness.allow(client, status);
    if (peer.session != nullptr) {  // there may be much in front of it
        constexpr std::chrono::minutes enough{30};
        network_.clock.at(network_.clock.now() + enough, *this, check_end, peer.wire.number());
        return;
    }
    must_end_at_once(peer, status);
}

/// Does what the exchange says.
void ModelBroker::carry_out(Peer& peer, const Login::Answer& answer) {
    const bool again = peer.session != nullptr;
    if (answer.status != 0) {
        peer.is_distrusted = !again;
        must_end(peer, answer.status);
    }
    using Do = Login::Answer::What;
    switch (answer.what) {
        case Do::nothing:
            return network_.witness.network_failed(peer.wire.client());
        case Do::challenge:
            return send_auth(peer, answer.reason_code, answer.method, answer.data);
        case Do::refuse:
            return again ? refuse_again(peer, answer.reason_code) : refuse(peer, answer.reason_code);
        case Do::hang_up:
            network_.witness.network_failed(peer.wire.client());
            if (again) network_.witness.closed(peer.wire.client());
            return close(peer, Ending::close);
        case Do::accept:
            if (again) return send_auth(peer, ReasonCode::success, answer.method, answer.data);
            peer.proof = answer.data;
    }
    Errc error = Errc::ok;
    wire::ClientConnect connect;
    const auto frame = wire::next_frame(peer.connect, wire::largest_packet, error);
    if (!frame || decode(*frame, connect) != Errc::ok) return;  // it was decoded before
    accept(peer, connect);
}

/// Refuses as mosquitto 2.0 does, with CONNACK, or with DISCONNECT.
void ModelBroker::refuse_again(Peer& peer, ReasonCode reason_code) {
    const wire::PropertyWriter why = explanation(peer, reason_code);
    if (reason_code == ReasonCode::bad_authentication_method)
        send(peer, wire::Connack{.properties = why.view(), .reason_code = reason_code});
    else
        send(peer, wire::Disconnect{.properties = why.view(), .reason_code = reason_code});
    network_.witness.closed(peer.wire.client());
    close(peer, Ending::close);
}

void ModelBroker::take(Peer& peer, const wire::ClientAuth& auth) {
    const auto broken = [&](const char* what) {
        network_.witness.broken(Invariant::authentication, fmt::format("client {} {}", peer.wire.client(), what));
    };
    const auto method = auth.packet.properties.find(Id::authentication_method);
    if (!method || method->text != peer.login.method()) broken("changes the authentication method");
    const std::string_view data = data_in(auth.packet.properties);
    if (auth.packet.reason_code == ReasonCode::continue_authentication) {
        if (!peer.login.is_challenged()) return broken("answers a challenge that nobody made");
        return carry_out(peer, peer.login.go_on(data));
    }
    if (auth.packet.reason_code != ReasonCode::re_authenticate) return broken("accepts its broker");
    if (!std::exchange(peer.is_asked, false)) return broken("re-authenticates although nobody asked for it");
    carry_out(peer, peer.login.begin(data, peer.liberties.misdeed(true)));
}

/// Asks for a re-authentication if the plan says so by now.
void ModelBroker::ask_again(Peer& peer) {
    const bool can = peer.login.is_wanted() && peer.is_open && peer.session != nullptr &&
                     peer.late_connack == nullptr && !peer.login.is_under_way() && !peer.is_distrusted;
    if (!can || peer.liberties.take(Fault::Kind::ask_again, peer.packets) == nullptr) return;
    const auto misdeed = peer.liberties.misdeed(true);
    if (misdeed == Misdeed::finishes_early) {
        must_end(peer, exit_status(Errc::protocol_error));
        return send_auth(peer, ReasonCode::success, peer.login.method(), "");
    }
    peer.is_asked = true;
    send_auth(peer, ReasonCode::re_authenticate, peer.login.method(), "");
}

}  // namespace mqtts::simulation
