// SPDX-License-Identifier: Apache-2.0
// Handles the packets of the server.
#include <algorithm>
#include <utility>

#include "base/sizes.hpp"
#include "session/session.hpp"
#include "wire/cursor.hpp"
#include "wire/encode.hpp"

namespace mqtts::session {

using wire::Frame;
using wire::PacketIdentifier;
using wire::PacketType;
using wire::ProtocolVersion;
using wire::Qos;
using wire::ReasonCode;

namespace {

/// Makes room for the first packet of `input`, which has come in part. A large one gets its room at once, with some for
/// the bytes behind it: growing with it would move it, and hold it twice.
void make_room_for_packet(Buffer& input) {
    const std::string_view bytes = input.readable();
    if (bytes.size() < 2) return;
    wire::Reader reader(bytes.substr(1, 4));
    const std::size_t size = std::size_t{reader.variable_byte()} + 5;
    if (!reader.ok() || size < bytes.size() + sizes::behind_large_packet) return;
    static_cast<void>(input.prepare(size - bytes.size() + sizes::behind_large_packet));
}

}  // namespace

const Event* Session::next_event() {
    const std::size_t maximum =
        settings_.maximum_packet_size != 0 ? settings_.maximum_packet_size : wire::largest_packet;
    while (state_ == State::opening || state_ == State::connected) {
        input_.consume(std::exchange(handed_out_, 0));
        if (holding_ && message_is_next()) return nullptr;
        if (state_ == State::connected) {
            if (const auto frame = wire::next_short_publish(input_.readable(), maximum)) {
                handed_out_ = frame->size;
                ++packets_;
                if (const Event* event = handle_publish(*frame)) return event;
                continue;
            }
            if (take_short_acknowledgements()) continue;
        }
        Errc error = Errc::ok;
        const auto frame = wire::next_frame(input_.readable(), maximum, error);
        if (error != Errc::ok) return broken(error, PacketType::reserved);
        if (!frame) {
            make_room_for_packet(input_);
            return nullptr;
        }
        handed_out_ = frame->size;
        ++packets_;
        if (const Event* event = handle(*frame)) return event;
    }
    return nullptr;
}

bool Session::message_is_next() const noexcept {
    const std::string_view bytes = input_.readable().substr(handed_out_);
    return receiving_ && !bytes.empty() &&
           static_cast<PacketType>(static_cast<unsigned char>(bytes.front()) >> 4) == PacketType::publish;
}

const Event* Session::tell(Event event) {
    event_ = event;
    return &event_;
}

const Event* Session::handle(const Frame& frame) {
    if (state_ == State::opening && frame.type != PacketType::connack) return handle_before_connack(frame);
    switch (frame.type) {
        case PacketType::connack:
            return state_ == State::opening ? handle_connack(frame) : handle_late_connack(frame);
        case PacketType::publish:
            return handle_publish(frame);
        case PacketType::puback:
        case PacketType::pubrec:
        case PacketType::pubrel:
        case PacketType::pubcomp:
            return handle_acknowledgement(frame);
        case PacketType::suback:
        case PacketType::unsuback:
            return handle_answer(frame);
        case PacketType::pingresp:
            return handle_pingresp(frame);
        case PacketType::disconnect:
            return handle_disconnect(frame);
        case PacketType::auth:
            return handle_auth(frame);
        default:
            return broken(Errc::protocol_error, frame.type);  // only clients send it
    }
}

/// Handles a packet before CONNACK: some servers answer early packets before they accept us. The answers count after
/// CONNACK.
const Event* Session::handle_before_connack(const Frame& frame) {
    switch (frame.type) {
        case PacketType::puback:
        case PacketType::suback:
        case PacketType::unsuback:
            if (early_.keep_answer(input_.readable().substr(0, frame.size))) return nullptr;
            break;
        case PacketType::disconnect:
            return handle_disconnect(frame);
        case PacketType::auth:
            return handle_auth(frame);
        default:
            break;
    }
    return broken(Errc::protocol_error, frame.type);
}

const Event* Session::handle_connack(const Frame& frame) {
    wire::Connack connack;
    // A server that knows only MQTT 3 may accept MQTT 5 in the form of MQTT 3, which has no properties.
    if (settings_.version == ProtocolVersion::v5 && frame.body.size() == 2 && frame.body[1] == 0) {
        state_ = State::ended;
        return tell(ConnectionRefused{ReasonCode::unsupported_protocol_version, {}});
    }
    if (const Errc error = decode(frame, settings_.version, connack); error != Errc::ok)
        return broken(error, frame.type);
    if (is_failure(connack.reason_code)) {
        state_ = State::ended;
        awaits_connack_ = false;
        return tell(ConnectionRefused{connack.reason_code, connack.properties});
    }
    if (connack.session_present && !resumable()) return broken(Errc::protocol_error, frame.type);  // [MQTT-3.2.2-2]
    if (names_other_method(connack.properties)) return broken(Errc::protocol_error, frame.type);   // [MQTT-4.12.0-5]
    Connected connected = resume(connack);
    if (const auto data = connack.properties.find(wire::PropertyIdentifier::authentication_data))
        connected.authentication_data = data->text;
    early_.hand_back_answers(input_, frame.size);
    return tell(connected);
}

/// Decodes the message where it is handed out: a copy of what was just written costs more than decoding it.
const Event* Session::handle_publish(const Frame& frame) {
    wire::Publish& message = event_.emplace<MessageReceived>().message;
    if (const Errc error = decode(frame, settings_.version, message); error != Errc::ok)
        return broken(error, frame.type);
    delivered_ |= !message.retain;
    if (const Errc error = resolve_alias(message); error != Errc::ok) return broken(error, frame.type);
    // A message that was handed out before we stopped is still acknowledged when the server sends it again.
    if (!receiving_ && !owed_.handed_out(message)) return nullptr;
    if (message.qos != Qos::at_most_once || owed_.waits_for_handling()) {
        if (!owed_.receive(message)) return nullptr;
        const bool limited = settings_.version == ProtocolVersion::v5;
        if (limited && owed_.exceeds(settings_.receive_maximum))
            return broken(Errc::receive_maximum_exceeded, frame.type);
    }
    return &event_;
}

/// Replaces a Topic Alias by the Topic Name it was sent with first on this connection [MQTT-3.3.2-12].
Errc Session::resolve_alias(wire::Publish& message) {
    if (message.properties.empty()) return Errc::ok;
    const auto alias = message.properties.find(wire::PropertyIdentifier::topic_alias);
    if (!alias) return Errc::ok;
    const auto allowed = settings_.connect_properties.view().find(wire::PropertyIdentifier::topic_alias_maximum);
    if (!allowed || alias->number > allowed->number) return Errc::topic_alias_invalid;  // [MQTT-3.1.2-27]
    if (topic_aliases_.size() < alias->number) topic_aliases_.resize(alias->number);
    std::string& topic_name = topic_aliases_[alias->number - 1];
    if (!message.topic_name.empty()) topic_name = message.topic_name;
    if (topic_name.empty()) return Errc::topic_alias_invalid;
    message.topic_name = topic_name;
    return Errc::ok;
}

namespace {

Awaiting awaiting_for(PacketType type) noexcept {
    switch (type) {
        case PacketType::puback:
            return Awaiting::puback;
        case PacketType::pubrec:
            return Awaiting::pubrec;
        default:
            return Awaiting::pubcomp;
    }
}

}  // namespace

/// Takes the acknowledgements at the front of the input; returns false if it took nothing. Stops at the first one that
/// is not in the four-byte form; handle_acknowledgement() decodes that one.
bool Session::take_short_acknowledgements() {
    std::string_view bytes = input_.readable();
    for (;;) {
        const auto acknowledgement = wire::next_short_acknowledgement(bytes);
        if (!acknowledgement || !take(*acknowledgement)) break;
        bytes.remove_prefix(acknowledgement->size);
    }
    const std::size_t taken = input_.size() - bytes.size();
    if (taken == 0) return false;
    input_.consume(taken);
    in_flight_.drop_completed();
    send_kept();
    return true;
}

/// Returns false when nothing was waiting for it.
bool Session::take(const wire::ShortAcknowledgement& acknowledgement) {
    const PacketIdentifier identifier = acknowledgement.packet_identifier;
    if (acknowledgement.type == PacketType::pubrel) {
        ++packets_;
        owed_.release(identifier);
        return true;
    }
    if (!in_flight_.acknowledge(identifier, awaiting_for(acknowledgement.type))) return false;
    acknowledged_ = true;
    ++answers_;
    ++packets_;
    if (acknowledgement.type == PacketType::pubrec) release_message(identifier);
    return true;
}

void Session::release_message(PacketIdentifier identifier) {
    encode(output_.buffer(), wire::ShortAcknowledgement{PacketType::pubrel, identifier});
}

/// Sends again what now has room in the window.
void Session::send_kept() {
    if (in_flight_.resending()) in_flight_.resend(output_, window_, high_water, settings_.version);
    if (careful_ == Careful::sending) end_care();
}

const Event* Session::handle_acknowledgement(const Frame& frame) {
    wire::Acknowledgement packet;
    if (const Errc error = decode(frame, settings_.version, packet); error != Errc::ok)
        return broken(error, frame.type);
    const PacketIdentifier identifier = packet.packet_identifier;
    if (packet.type == PacketType::pubrel) {
        owed_.release(identifier);
        return nullptr;
    }
    const Awaiting awaited = awaiting_for(packet.type);
    const Awaiting expected = in_flight_.awaiting(identifier);
    if (expected == Awaiting::nothing && early_.take_unexpected()) return nullptr;
    if (expected == Awaiting::pubrec && awaited == Awaiting::puback)
        return broken(Errc::qos_2_answered_as_1, frame.type);
    if (expected != awaited) return broken(Errc::protocol_error, frame.type);
    acknowledged_ = true;
    const bool refuses = is_refusal(packet);
    const Event* const refusal = refuses ? tell(refused(packet)) : nullptr;
    ++answers_;
    if (refuses && is_failure(packet.reason_code)) {
        in_flight_.complete(identifier);
    } else {
        static_cast<void>(in_flight_.acknowledge(identifier, awaited));
        in_flight_.drop_completed();
        if (awaited == Awaiting::pubrec) release_message(identifier);
    }
    send_kept();
    return refusal;
}

bool Session::is_refusal(const wire::Acknowledgement& acknowledgement) const noexcept {
    // For a PUBREL of a lost connection, PUBCOMP with a failure says that the last PUBCOMP was lost; for another, that
    // the message is lost. In a session that may be a new one it can be either.
    if (acknowledgement.type == PacketType::pubcomp)
        return is_failure(acknowledgement.reason_code) &&
               !in_flight_.perhaps_completed(acknowledgement.packet_identifier);
    const bool in_vain =
        settings_.fail_no_subscribers && acknowledgement.reason_code == ReasonCode::no_matching_subscribers;
    return in_vain || is_failure(acknowledgement.reason_code);
}

/// Describes the refusal while the message is in flight: the bytes of its Topic Name stay for a while after.
PublishRefused Session::refused(const wire::Acknowledgement& acknowledgement) const noexcept {
    const PacketIdentifier identifier = acknowledgement.packet_identifier;
    return {identifier, in_flight_.number(identifier), in_flight_.topic_name(identifier), acknowledgement.reason_code,
            acknowledgement.properties};
}

const Event* Session::handle_answer(const Frame& frame) {
    wire::SubscriptionAnswer answer;
    if (const Errc error = decode(frame, settings_.version, answer); error != Errc::ok)
        return broken(error, frame.type);
    const Awaiting expected = answer.type == PacketType::suback ? Awaiting::suback : Awaiting::unsuback;
    if (in_flight_.awaiting(answer.packet_identifier) != expected) return broken(Errc::protocol_error, frame.type);
    ++answers_;
    in_flight_.complete(answer.packet_identifier);
    return tell(SubscriptionsAnswered{answer});
}

const Event* Session::handle_pingresp(const Frame& frame) {
    wire::Pingresp packet;
    if (const Errc error = decode(frame, settings_.version, packet); error != Errc::ok)
        return broken(error, frame.type);
    return keep_alive_.ping_answered() ? nullptr : broken(Errc::protocol_error, frame.type);
}

const Event* Session::handle_disconnect(const Frame& frame) {
    wire::Disconnect packet;
    // Servers send it in MQTT 3, too, where it says no more than the end of the connection does.
    if (settings_.version != ProtocolVersion::v5) {
        state_ = State::ended;
        output_.clear();
        return tell(Disconnected{});
    }
    if (const Errc error = decode(frame, settings_.version, packet); error != Errc::ok)
        return broken(error, frame.type);
    state_ = State::ended;
    output_.clear();  // nothing may follow a DISCONNECT in either direction
    return tell(Disconnected{packet.reason_code, packet.properties});
}

const Event* Session::broken(Errc error, PacketType type) {
    disconnect(wire::reason_code(error));
    state_ = State::ended;
    return tell(ProtocolBroken{error, type});
}

}  // namespace mqtts::session
