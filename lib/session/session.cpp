// SPDX-License-Identifier: Apache-2.0
#include "session/session.hpp"

#include <algorithm>
#include <utility>

#include "wire/cursor.hpp"
#include "wire/encode.hpp"

namespace mqtts::session {

using wire::PacketIdentifier;
using wire::ProtocolVersion;
using wire::Qos;
using wire::ReasonCode;

namespace {

/// Before MQTT 5 a server cannot say how much it takes, and one that gets too much drops messages or the connection.
constexpr std::size_t careful_window = 20;

wire::PropertyWriter connect_properties(const Settings& settings, std::string_view data) {
    using enum wire::PropertyIdentifier;
    wire::PropertyWriter properties = settings.connect_properties;
    if (settings.session_expiry_interval != 0)
        properties.add(session_expiry_interval, settings.session_expiry_interval);
    if (settings.receive_maximum != 65535) properties.add(receive_maximum, settings.receive_maximum);
    if (settings.maximum_packet_size != 0) properties.add(maximum_packet_size, settings.maximum_packet_size);
    if (!settings.authentication_method.empty()) {
        properties.add(authentication_method, settings.authentication_method);
        if (!data.empty()) properties.add(authentication_data, data);
    }
    return properties;
}

/// Returns what a PUBLISH of QoS 1 or 2 awaits.
Awaiting awaited_first(Qos qos) noexcept {
    return qos == Qos::at_least_once ? Awaiting::puback : Awaiting::pubrec;
}

std::optional<std::string_view> view(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    return *text;
}

}  // namespace

Session::Session(Settings settings) : settings_(std::move(settings)) {}

void Session::connection_opened(Clock::time_point now, std::string_view authentication_data) {
    state_ = State::opening;
    awaits_connack_ = true;
    acknowledged_ = false;
    delivered_ = false;
    re_authenticating_ = false;
    window_ = 1;  // until CONNACK says more: every server takes one
    keep_alive_.connection_opened(std::chrono::seconds(settings_.keep_alive), now);
    const wire::PropertyWriter properties = connect_properties(settings_, authentication_data);
    wire::Connect connect{
        .client_identifier = settings_.client_identifier,
        .user_name = view(settings_.user_name),
        .password = view(settings_.password),
        .will = std::nullopt,
        .properties = properties.view(),
        .keep_alive = settings_.keep_alive,
        .clean_start = !resumable(),
    };
    if (const auto& will = settings_.will) {
        connect.will = wire::Will{.topic_name = will->topic_name,
                                  .payload = will->payload,
                                  .properties = will->properties.view(),
                                  .qos = will->qos,
                                  .retain = will->retain};
    }
    encode(output_.buffer(), connect, settings_.version);
}

bool Session::resumable() const noexcept {
    if (!settings_.clean_start) return true;
    // We asked for a clean start, then lost the connection: now we want our own session back.
    return connected_before_ && settings_.version == ProtocolVersion::v5 && settings_.session_expiry_interval != 0;
}

Connected Session::resume(const wire::Connack& connack) {
    limits_ = granted_limits(connack);
    if (limits_.server_keep_alive) keep_alive_.set_interval(std::chrono::seconds(*limits_.server_keep_alive));
    // Copied here: the view is valid only as long as the bytes of CONNACK.
    if (const auto assigned = std::exchange(limits_.assigned_client_identifier, {})) {
        settings_.client_identifier = *assigned;
    }
    window_ = limits_.receive_maximum;
    if (settings_.send_window != 0) {
        window_ = std::min<std::size_t>(window_, settings_.send_window);
    } else if (settings_.version != ProtocolVersion::v5) {
        window_ = careful_window;
    }
    state_ = State::connected;
    awaits_connack_ = false;
    connected_before_ = true;
    Connected connected;
    connected.session_present = connack.session_present;
    connected.session_in_doubt = std::exchange(connect_unanswered_, false) && connack.session_present;
    if (connected.session_in_doubt) connected.repeated = in_flight_.doubt_session();
    if (connack.session_present) {
        owed_.session_resumed(connected.session_in_doubt);
    } else {
        connected.repeated = in_flight_.restart();
        owed_.session_lost();
    }
    connected.given_up = in_flight_.give_up_beyond(limits_, settings_.version);
    early_.given_up(connected.given_up.messages);
    granted_window_ = window_;
    if (careful_ != Careful::next) {
        in_flight_.resend(output_, window_, high_water, settings_.version);
        return connected;
    }
    careful_ = Careful::holding;
    careful_until_ = in_flight_.next();
    window_ = 0;
    return connected;
}

void Session::send_again() {
    careful_ = Careful::sending;
    window_ = 1;
    send_kept();
    end_care();
}

/// Ends the care when everything that was in flight when the connection began is answered.
void Session::end_care() noexcept {
    if (careful_ != Careful::sending || in_flight_.oldest().sequence < careful_until_) return;
    careful_ = Careful::no;
    window_ = granted_window_;
}

PublishRefused Session::refuse_oldest() {
    const InFlight::Oldest oldest = in_flight_.oldest();
    in_flight_.complete(oldest.packet_identifier);
    return {.packet_identifier = oldest.packet_identifier, .number = oldest.number, .topic_name = oldest.topic_name};
}

void Session::set_version(ProtocolVersion version) {
    in_flight_.translate(settings_.version, version);
    settings_.version = version;
}

void Session::connection_lost() noexcept {
    if (std::exchange(awaits_connack_, false)) connect_unanswered_ = true;
    state_ = State::disconnected;
    if (careful_ != Careful::next) careful_ = Careful::no;
    early_.connection_lost();
    input_.clear();
    output_.clear();
    handed_out_ = 0;
    holding_ = false;
    keep_alive_.connection_lost();
    limits_ = {};
    topic_aliases_.clear();
    in_flight_.rewind();
    owed_.connection_lost();
}

void Session::acknowledge_delivered() {
    if (state_ == State::connected) owed_.acknowledge(output_.buffer(), settings_.version);
}

std::size_t Session::publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                                  std::uint64_t number, Errc& error) {
    const wire::PublishEncoder encoder(message, settings_.version);
    const bool is_kept = message.qos != Qos::at_most_once;
    const Awaiting awaiting = awaited_first(message.qos);
    std::size_t most = can_publish() ? payloads.size() : 0;
    if (state_ == State::opening) most = std::min<std::size_t>(most, 1);
    if (is_kept) most = std::min(most, in_flight_.room(window_));
    std::size_t count = 0;
    error = check(limits_, message);
    for (; error == Errc::ok && count != most && has_room(); ++count) {
        const std::string_view payload = payloads[count];
        const std::size_t size = encoder.size(payload.size());
        error = check(limits_, size);
        if (error != Errc::ok) break;
        if (state_ == State::opening) early_.sent(size);
        if (is_kept)
            in_flight_.publish(output_, encoder, payload, awaiting, number == 0 ? 0 : number + count);
        else if (payload.size() < Gather::large)
            encoder.encode(output_.buffer(), payload);
        else
            refer_to(encoder, payload);
    }
    if (!is_kept && count != 0) keep_alive_.published(count, message.topic_name);
    return count;
}

/// Sends a payload that is too large to be copied.
void Session::refer_to(const wire::PublishEncoder& encoder, std::string_view payload) {
    encoder.encode_without_payload(output_.buffer(), payload.size());
    output_.refer_to(payload);
}

Errc Session::publish_from(ByteSource& payload, const wire::Publish& message) {
    const wire::PublishEncoder encoder(message, settings_.version);
    Errc error = check(limits_, message);
    if (error == Errc::ok) error = check(limits_, encoder.size(payload.size()));
    if (error != Errc::ok) return error;
    if (message.qos != Qos::at_most_once) {
        in_flight_.publish_from(output_, encoder, payload, awaited_first(message.qos));
        return Errc::ok;
    }
    encoder.encode_without_payload(output_.buffer(), payload.size());
    output_.refer_to(payload);
    keep_alive_.published(1, message.topic_name);
    return Errc::ok;
}

void Session::release(const wire::Publish& message) {
    release_message(in_flight_.next_identifier());
    in_flight_.add_received(wire::PublishEncoder(message, settings_.version), message.payload);
}

void Session::release() {
    release_message(in_flight_.next_identifier());
    in_flight_.add_received();
}

PacketIdentifier Session::subscribe(std::span<const wire::Subscription> subscriptions,
                                    std::uint32_t subscription_identifier) {
    const wire::PropertyWriter properties = subscribe_properties(settings_, subscription_identifier);
    Buffer packet;
    encode(packet,
           wire::Subscribe{.subscriptions = subscriptions,
                           .properties = properties.view(),
                           .packet_identifier = in_flight_.next_identifier()},
           settings_.version);
    return request(Awaiting::suback, packet);
}

PacketIdentifier Session::unsubscribe(std::span<const std::string_view> topic_filters) {
    Buffer packet;
    encode(packet,
           wire::Unsubscribe{.topic_filters = topic_filters,
                             .properties = settings_.unsubscribe_properties.view(),
                             .packet_identifier = in_flight_.next_identifier()},
           settings_.version);
    return request(Awaiting::unsuback, packet);
}

PacketIdentifier Session::request(Awaiting answer, const Buffer& packet) {
    if (packet.size() > limits_.maximum_packet_size) return 0;
    if (state_ == State::opening) early_.sent(packet.size());
    const PacketIdentifier identifier = in_flight_.next_identifier();
    in_flight_.add_request(answer);
    output_.buffer().append(packet.readable());
    return identifier;
}

void Session::disconnect(ReasonCode reason_code) {
    if (state_ != State::connected) {
        state_ = State::ended;  // before CONNACK we may only close the connection
        return;
    }
    wire::PropertyWriter properties;
    if (!is_failure(reason_code)) {
        properties = settings_.disconnect_properties;
        if (settings_.end_session_at_disconnect && (in_flight_.empty() || !settings_.outlives_process)) {
            properties.add(wire::PropertyIdentifier::session_expiry_interval, 0);
        }
    }
    if (settings_.version == ProtocolVersion::v5 || !is_failure(reason_code)) {
        encode(output_.buffer(), wire::Disconnect{.properties = properties.view(), .reason_code = reason_code},
               settings_.version);
    }
    state_ = State::ended;
}

void Session::ping(Clock::time_point now) {
    encode(output_.buffer(), wire::Pingreq{}, settings_.version);
    keep_alive_.ping_sent(now);
}

bool Session::all_acknowledged() const noexcept {
    return in_flight_.empty() && owed_.empty() && keep_alive_.unconfirmed() == 0;
}

}  // namespace mqtts::session
