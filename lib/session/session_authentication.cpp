// SPDX-License-Identifier: Apache-2.0
// Enhanced authentication of MQTT 5: the AUTH packets of both sides (MQTT 5.0, section 4.12). What is in them is for
// others to say.
#include "session/session.hpp"
#include "wire/encode.hpp"

namespace mqtts::session {

using wire::Frame;
using wire::PropertyIdentifier;
using wire::ProtocolVersion;
using wire::ReasonCode;

Errc Session::authenticate(std::string_view data) {
    const Buffer packet = auth_packet(ReasonCode::continue_authentication, data);
    const bool is_limited = state_ == State::connected;  // before CONNACK, the limits are those of the last connection
    if (is_limited && packet.size() > limits_.maximum_packet_size) return Errc::packet_too_large_for_server;
    output_.buffer().append(packet.readable());
    return Errc::ok;
}

Errc Session::reauthenticate(std::string_view data) {
    const Buffer packet = auth_packet(ReasonCode::re_authenticate, data);
    if (packet.size() > limits_.maximum_packet_size) return Errc::packet_too_large_for_server;  // [MQTT-3.2.2-15]
    output_.buffer().append(packet.readable());
    re_authenticating_ = true;
    return Errc::ok;
}

Buffer Session::auth_packet(ReasonCode reason_code, std::string_view data) const {
    wire::PropertyWriter properties;
    properties.add(PropertyIdentifier::authentication_method, settings_.authentication_method);
    if (!data.empty()) properties.add(PropertyIdentifier::authentication_data, data);
    Buffer packet;
    encode(packet, wire::Auth{.properties = properties.view(), .reason_code = reason_code}, settings_.version);
    return packet;
}

/// Tells whether a packet names another authentication method than CONNECT did. One that names none is read as ours:
/// not every server repeats the name.
bool Session::names_other_method(wire::PropertiesView properties) const noexcept {
    if (settings_.authentication_method.empty()) return false;
    const auto method = properties.find(PropertyIdentifier::authentication_method);
    return method && method->text != settings_.authentication_method;
}

/// Handles AUTH. Without a method of ours it has no business here, unless -D connect named one: then the server asks
/// for what we do not do.
const Event* Session::handle_auth(const Frame& frame) {
    const bool has_method = !settings_.authentication_method.empty();
    if (has_method) {
        wire::Auth packet;
        Errc error = decode(frame, settings_.version, packet);
        if (error == Errc::ok && names_other_method(packet.properties)) error = Errc::protocol_error;
        return error == Errc::ok ? challenged(packet) : broken(error, frame.type);
    }
    const bool was_named = settings_.version == ProtocolVersion::v5 &&
                           settings_.connect_properties.view().find(PropertyIdentifier::authentication_method);
    return broken(was_named ? Errc::authentication_unsupported : Errc::protocol_error, frame.type);
}

/// Handles CONNACK on a connection that is accepted, where it breaks the protocol. But mosquitto 2.0 refuses a
/// re-authentication with it, and others with DISCONNECT.
const Event* Session::handle_late_connack(const Frame& frame) {
    wire::Connack packet;
    const bool is_refusal =
        re_authenticating_ && decode(frame, settings_.version, packet) == Errc::ok && is_failure(packet.reason_code);
    if (!is_refusal) return broken(Errc::protocol_error, frame.type);
    state_ = State::ended;
    output_.clear();
    return tell(Disconnected{packet.reason_code, packet.properties});
}

/// Returns the event for an AUTH packet that has its place in the exchange; any other breaks the protocol.
const Event* Session::challenged(const wire::Auth& packet) {
    const bool under_way = state_ == State::opening || re_authenticating_;
    switch (packet.reason_code) {
        case ReasonCode::continue_authentication:
            if (!under_way) return broken(Errc::protocol_error, wire::PacketType::auth);
            break;
        case ReasonCode::re_authenticate:
            if (state_ == State::opening) return broken(Errc::protocol_error, wire::PacketType::auth);
            if (re_authenticating_) return nullptr;  // that is what we are doing
            break;
        default:  // before CONNACK, the server accepts us with CONNACK
            if (!re_authenticating_) return broken(Errc::protocol_error, wire::PacketType::auth);
            re_authenticating_ = false;
    }
    const auto data = packet.properties.find(PropertyIdentifier::authentication_data);
    return tell(Challenged{packet.reason_code, data ? data->text : std::string_view()});
}

}  // namespace mqtts::session
