// SPDX-License-Identifier: Apache-2.0
// The client's side of an MQTT session, as a pure state machine.
//
//     server ──► input() ──► next_event() ──► what the program must know
//     server ◄── output() ◄── connection_opened, publish, subscribe, acknowledge_delivered, ping, authenticate,
//                             disconnect
//
// No I/O, no clock, no callbacks, no allocation per message: the driver appends received bytes to input(), pulls events
// until next_event() returns null, and sends output(). A Session outlives connections, as Session State does.
//
//                   connection_opened            CONNACK 0x00              disconnect, or an error
//     disconnected ───────────────────► opening ──────────────► connected ─────────────────────────► ended
//          ▲                               │                        │                                  │
//          └─────── connection_lost ◄──────┴────────────────────────┴──────────────────────────────────┘
//
// connection_lost() keeps messages in flight, Packet Identifiers and received QoS 2 identifiers. It drops buffered
// bytes, granted limits and acknowledgements owed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/buffer.hpp"
#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "base/gather.hpp"
#include "base/sizes.hpp"
#include "session/early.hpp"
#include "session/in_flight.hpp"
#include "session/keep_alive.hpp"
#include "session/limits.hpp"
#include "session/owed.hpp"
#include "session/settings.hpp"
#include "wire/decode.hpp"
#include "wire/packet.hpp"
#include "wire/publish_encoder.hpp"

namespace mqtts::session {

/// Tells whether the server has kept our session.
enum class Kept : std::uint8_t { no, perhaps, yes };

/// CONNACK accepted us; limits() says what was granted. Without Session Present subscriptions have to be made (again).
struct Connected {
    bool session_present = false;
    /// Perhaps this session is not ours: an earlier CONNECT has had no answer, and may have begun it. Then it has no
    /// subscriptions, and nothing says so.
    bool session_in_doubt = false;
    InFlight::GivenUp given_up;  // unacknowledged messages that the new limits forbid
    std::size_t repeated = 0;    // messages of QoS 2 that may now arrive twice: the server (perhaps) lost the session
    /// Authentication Data of CONNACK, with which the server may prove who it is; may be empty.
    std::string_view authentication_data;

    [[nodiscard]] Kept kept() const noexcept {
        if (session_in_doubt) return Kept::perhaps;
        return session_present ? Kept::yes : Kept::no;
    }
};
/// CONNACK refused us.
struct ConnectionRefused {
    wire::ReasonCode reason_code{};
    wire::PropertiesView properties;
};
/// AUTH from the server, only with Settings::authentication_method. Which Reason Code asks for what:
/// - continue_authentication: call authenticate() with the answer to this challenge;
/// - success: the server has accepted our reauthenticate();
/// - re_authenticate: call reauthenticate(). The specification leaves that to the client, but some servers ask for it.
struct Challenged {
    wire::ReasonCode reason_code{};
    std::string_view data;
};
/// A message to deliver. It is acknowledged by the next acknowledge_delivered().
struct MessageReceived {
    wire::Publish message;
};
/// A PUBLISH of ours was refused, in PUBACK or PUBREC.
struct PublishRefused {
    wire::PacketIdentifier packet_identifier = 0;
    std::uint64_t number = 0;  // as given to publish()
    std::string_view topic_name;
    wire::ReasonCode reason_code{};
    wire::PropertiesView properties;
};
/// The answer to a SUBSCRIBE or UNSUBSCRIBE, one Reason Code for each filter.
struct SubscriptionsAnswered {
    wire::SubscriptionAnswer answer;
};
/// DISCONNECT from the server, or what some servers refuse a re-authentication with.
struct Disconnected {
    wire::ReasonCode reason_code{};
    wire::PropertiesView properties;
};
/// The server broke the protocol with a packet of this type, or uses something unknown to us; output() holds a
/// DISCONNECT that says so (MQTT 5).
struct ProtocolBroken {
    Errc error{};
    wire::PacketType type{};
};

/// Views in an event are valid until the next call of next_event() or connection_lost(), and until input() is appended
/// to.
using Event = std::variant<Connected, ConnectionRefused, Challenged, MessageReceived, PublishRefused,
                           SubscriptionsAnswered, Disconnected, ProtocolBroken>;

class Session {
public:
    /// With more unsent output than this can_publish() is false.
    static constexpr std::size_t high_water = sizes::unsent_output;

    explicit Session(Settings settings);

    /// Begins a connection: puts CONNECT into output(), with this Authentication Data, if there is a
    /// Settings::authentication_method.
    void connection_opened(Clock::time_point now, std::string_view authentication_data = {});
    /// Ends the connection, on whichever side it ended.
    void connection_lost() noexcept;

    [[nodiscard]] Buffer& input() noexcept { return input_; }
    [[nodiscard]] Gather& output() noexcept { return output_; }

    /// Returns the next event, valid until the next call; null: more input is needed. Acknowledgements of our own
    /// messages are handled inside, so a publisher at full rate sees no events.
    [[nodiscard]] const Event* next_event();

    /// Tells whether the next event may be a message: a PUBLISH, perhaps in part, is at the front of the input.
    [[nodiscard]] bool message_is_next() const noexcept;
    /// Lets next_event() stop before a message, and return null, or not any more. What is no message is handled
    /// meanwhile, also packets of which there is no event.
    void hold_messages(bool hold) noexcept { holding_ = hold; }

    /// Returns the acknowledgements owed for messages handed out so far, and for the PUBRELs behind them. Code that
    /// keeps Session State across processes has to remember them in this order: PUBREC, the identifier is in use;
    /// PUBCOMP, it is free again.
    [[nodiscard]] std::span<const wire::Acknowledgement> owed() const noexcept { return owed_.acknowledgements(); }
    /// Sends them, and PUBRECs that were held back, see OpenPubrecs. Call it only when every message handed out is
    /// safe.
    void acknowledge_delivered();
    /// Lets handled() decide what acknowledge_delivered() sends: messages are handled after they were handed out, for
    /// any time, also while the connection is lost. Precondition: never connected.
    void wait_for_handling() { owed_.wait_for_handling(); }
    /// Takes how many of all messages handed out so far are handled, in the order of their handing out; QoS 0 counts,
    /// too. Precondition: wait_for_handling().
    void handled(std::uint64_t total) { owed_.handled(total); }
    /// Forgets the messages that are not handled by now and never will be: the server keeps them. Precondition: the
    /// same.
    void give_back() { owed_.give_back(); }

    /// Returns the number of PUBREC packets held back so far on this connection: the server sends their messages again
    /// on the next.
    [[nodiscard]] std::size_t held_back() const noexcept { return owed_.held_back(); }
    /// Takes the QoS 2 identifiers in use that an earlier process remembered of this session. Precondition: never
    /// connected.
    void restore_received(std::span<const wire::PacketIdentifier> identifiers) { owed_.restore(identifiers); }

    /// Stops handing out and acknowledging messages: the server keeps them for the next connection.
    void stop_receiving() noexcept { receiving_ = false; }

    /// Tells whether there is room for one more message: window, identifiers, unsent output.
    [[nodiscard]] bool can_publish() const noexcept {
        return (state_ == State::connected || (settings_.publish_early && can_send_early())) && has_room() &&
               in_flight_.room(window_) != 0;
    }
    /// Tells whether one message or the subscriptions may follow CONNECT before CONNACK. Only on the first connection.
    [[nodiscard]] bool can_send_early() const noexcept {
        return state_ == State::opening && !connected_before_ && early_.is_allowed(settings_);
    }
    /// Returns what was sent early.
    [[nodiscard]] const Early& early() const noexcept { return early_; }
    /// Tells whether a packet was sent early on this connection and its answer has not come.
    [[nodiscard]] bool awaits_early_answer() const noexcept {
        return early_.was_sent_here() && awaits_answers() && answers_ == 0;
    }
    /// Sends messages that differ from `message` only in their payloads, in order, until there is no room, and returns
    /// how many; the session chooses their identifiers. DUP: an earlier process may have sent it. An error (too large,
    /// QoS or retain beyond what the server granted): nothing of the next one was sent, and never can be on this
    /// connection. PublishRefused repeats `number`, which counts on from the first one, unless it is 0. A payload of
    /// Gather::large bytes at QoS 0 must stay where it is until can_publish() again, or connection_lost().
    std::size_t publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                             std::uint64_t number, Errc& error);
    /// Sends one message. Precondition: can_publish().
    [[nodiscard]] Errc publish(const wire::Publish& message, std::uint64_t number = 0) {
        Errc error = Errc::ok;
        publish_some(message, {&message.payload, 1}, number, error);
        return error;
    }

    /// Sends a message whose payload is fetched when it is sent, and fetched again when it is sent again: `payload`
    /// must exist until the message is acknowledged and can_publish() again. The payload in `message` does not matter.
    /// Do not call it again before that. Precondition: can_publish(), a payload that is not empty.
    [[nodiscard]] Errc publish_from(ByteSource& payload, const wire::Publish& message);

    /// Numbers of messages that outlive the process, see InFlight.
    [[nodiscard]] std::uint64_t next_sequence() const noexcept { return in_flight_.next(); }
    void skip_to(std::uint64_t sequence) { in_flight_.skip_to(sequence); }
    /// Lets the next connection send again only after send_again(), and then one packet at a time, each after the
    /// answer to the one before. That ends by itself once all is answered, or with the connection.
    void go_carefully() noexcept { careful_ = Careful::next; }
    /// Begins to send again. Precondition: connected, after go_carefully().
    void send_again();
    /// Tells whether packets in flight are still sent one at a time.
    [[nodiscard]] bool careful() const noexcept { return careful_ == Careful::sending; }
    [[nodiscard]] InFlight::Oldest oldest() const noexcept { return in_flight_.oldest(); }
    /// Takes the oldest message out of flight: it will never be acknowledged. Precondition: oldest().message.
    [[nodiscard]] PublishRefused refuse_oldest();

    /// Sends PUBREL for the message of next_sequence(), which an earlier process published, and keeps the message
    /// until PUBCOMP. Precondition: can_publish().
    void release(const wire::Publish& message);
    /// Does the same for a message of which nothing is left: it is lost with the server's session.
    void release();
    void track_progress() noexcept { in_flight_.track_progress(); }
    [[nodiscard]] std::vector<InFlight::Progress>& progress() noexcept { return in_flight_.progress(); }

    /// Sends the request and returns its identifier, which the answer has, too; 0: the packet is larger than the
    /// server's Maximum Packet Size, nothing was sent [MQTT-3.2.2-15]. Precondition: connected or can_send_early(), at
    /// least one filter. A Subscription Identifier that is not 0 is that of all these subscriptions; before MQTT 5
    /// it is left out.
    wire::PacketIdentifier subscribe(std::span<const wire::Subscription> subscriptions,
                                     std::uint32_t subscription_identifier = 0);
    wire::PacketIdentifier unsubscribe(std::span<const std::string_view> topic_filters);

    /// Sends AUTH with the answer to a challenge [MQTT-4.12.0-3]. Returns packet_too_large_for_server as
    /// reauthenticate(): the exchange then waits for the server. Precondition: Challenged asked for it, and nothing
    /// else was asked since.
    [[nodiscard]] Errc authenticate(std::string_view data);
    /// Sends AUTH with new Authentication Data over this connection [MQTT-4.12.1-1]. Challenged or Disconnected is the
    /// answer. Returns packet_too_large_for_server if the server does not take it; nothing was sent then.
    /// Precondition: connected, not re_authenticating(), Settings::authentication_method.
    [[nodiscard]] Errc reauthenticate(std::string_view data);
    /// Tells whether reauthenticate() has no final answer yet.
    [[nodiscard]] bool re_authenticating() const noexcept { return re_authenticating_; }

    /// Ends the session in order. Afterwards only output() matters.
    void disconnect(wire::ReasonCode reason_code = wire::ReasonCode::success);

    /// Sends PINGREQ. Precondition: connected.
    void ping(Clock::time_point now);
    /// Returns when pings are due, and what their answers have proved.
    [[nodiscard]] const KeepAlive& keep_alive() const noexcept { return keep_alive_; }

    [[nodiscard]] bool connected() const noexcept { return state_ == State::connected; }
    /// Tells what the server did on this connection, or else the last one: whether it acknowledged a message of ours;
    /// whether it sent one that was not retained.
    [[nodiscard]] bool acknowledged() const noexcept { return acknowledged_; }
    [[nodiscard]] bool delivered() const noexcept { return delivered_; }
    /// Tells whether nothing is in flight in either direction, and no message of QoS 0 is unconfirmed.
    [[nodiscard]] bool all_acknowledged() const noexcept;
    /// Counts PUBLISH packets of QoS > 0 without their last acknowledgement.
    [[nodiscard]] std::size_t unfinished() const noexcept { return in_flight_.unfinished(); }
    /// Tells whether something we sent awaits its acknowledgement or answer; answers() counts those that have come.
    [[nodiscard]] bool awaits_answers() const noexcept { return in_flight_.awaits_answers(); }
    [[nodiscard]] std::uint64_t answers() const noexcept { return answers_; }
    /// Counts packets of any kind that were taken out of input().
    [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }
    /// Returns how many of our messages may be unacknowledged.
    [[nodiscard]] std::size_t window() const noexcept { return window_; }

    [[nodiscard]] const Limits& limits() const noexcept { return limits_; }
    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    /// Sets the version. Precondition: never connected so far, and not now.
    void set_version(wire::ProtocolVersion version);

private:
    enum class State : std::uint8_t { disconnected, opening, connected, ended };
    enum class Careful : std::uint8_t { no, next, holding, sending };

    // See session_authentication.cpp
    const Event* handle_auth(const wire::Frame& frame);
    const Event* handle_late_connack(const wire::Frame& frame);
    const Event* challenged(const wire::Auth& packet);
    [[nodiscard]] bool names_other_method(wire::PropertiesView properties) const noexcept;
    [[nodiscard]] Buffer auth_packet(wire::ReasonCode reason_code, std::string_view data) const;

    const Event* handle(const wire::Frame& frame);
    const Event* handle_before_connack(const wire::Frame& frame);
    const Event* handle_connack(const wire::Frame& frame);
    const Event* handle_publish(const wire::Frame& frame);
    const Event* handle_acknowledgement(const wire::Frame& frame);
    const Event* handle_answer(const wire::Frame& frame);
    const Event* handle_pingresp(const wire::Frame& frame);
    const Event* handle_disconnect(const wire::Frame& frame);
    [[nodiscard]] Errc resolve_alias(wire::Publish& message);
    [[nodiscard]] bool is_refusal(const wire::Acknowledgement& acknowledgement) const noexcept;
    [[nodiscard]] PublishRefused refused(const wire::Acknowledgement& acknowledgement) const noexcept;
    [[nodiscard]] bool take_short_acknowledgements();
    [[nodiscard]] bool take(const wire::ShortAcknowledgement& acknowledgement);
    [[nodiscard]] bool has_room() const noexcept {
        return output_.size() < high_water && !output_.borrows() && in_flight_.has_room();
    }
    void refer_to(const wire::PublishEncoder& encoder, std::string_view payload);
    void send_kept();
    void release_message(wire::PacketIdentifier identifier);
    void end_care() noexcept;
    const Event* tell(Event event);
    const Event* broken(Errc error, wire::PacketType type);
    Connected resume(const wire::Connack& connack);
    wire::PacketIdentifier request(Awaiting answer, const Buffer& packet);
    /// Tells whether the server has, or will have, a session of ours to resume.
    [[nodiscard]] bool resumable() const noexcept;

    Settings settings_;
    Limits limits_;
    InFlight in_flight_;
    Owed owed_;
    std::vector<std::string> topic_aliases_;  // of the server, from 1; on this connection
    Buffer input_;
    Gather output_;
    Event event_;                 // the last one handed out
    std::size_t handed_out_ = 0;  // size of the packet that the last event is a view into, still in input_
    std::size_t window_ = 0;
    KeepAlive keep_alive_;
    Early early_;
    State state_ = State::disconnected;
    std::uint64_t answers_ = 0;
    std::uint64_t packets_ = 0;
    std::size_t granted_window_ = 0;  // window_, unless something holds it back
    bool receiving_ = true;
    bool holding_ = false;
    bool connected_before_ = false;
    bool awaits_connack_ = false;
    bool connect_unanswered_ = false;  // an earlier CONNECT, since the last CONNACK: whatever came instead of one
    bool re_authenticating_ = false;
    Careful careful_ = Careful::no;
    std::uint64_t careful_until_ = 0;  // sequence number
    bool acknowledged_ = false;
    bool delivered_ = false;
};

}  // namespace mqtts::session
