// SPDX-License-Identifier: Apache-2.0
// The client's side of an MQTT session, as a pure state machine.
//
//     server ──► input() ──► next_event() ──► what the program must know
//     server ◄── output() ◄── connection_opened, publish, subscribe, acknowledge_delivered, ping, disconnect
//
// No I/O, no clock, no callbacks, no allocation per message: the driver appends received bytes to input(), pulls events
// until there are none, and sends what stands in output(). A Session outlives connections, as Session State does.
//
//                   connection_opened            CONNACK 0x00              disconnect, or an error
//     disconnected ───────────────────► opening ──────────────► connected ─────────────────────────► ended
//          ▲                               │                        │                                  │
//          └─────── connection_lost ◄──────┴────────────────────────┴──────────────────────────────────┘
//
// What survives connection_lost(): messages in flight, Packet Identifiers, QoS 2 identifiers received. What does not:
// buffered bytes, granted limits, acknowledgements owed.
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

/// CONNACK accepted us; limits() says what was granted. Without Session Present subscriptions have to be made (again).
struct Connected {
    bool session_present = false;
    InFlight::GivenUp given_up;  // unacknowledged messages that the new limits forbid
    std::size_t repeated = 0;    // messages of QoS 2 that may now arrive twice: the server lost the session
};
/// CONNACK refused us.
struct ConnectionRefused {
    wire::ReasonCode reason_code{};
    wire::PropertiesView properties;
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
/// DISCONNECT from the server.
struct Disconnected {
    wire::ReasonCode reason_code{};
    wire::PropertiesView properties;
};
/// The server broke the protocol with a packet of this type, or uses what we do not know; a DISCONNECT that says so
/// stands in output() (MQTT 5).
struct ProtocolBroken {
    Errc error{};
    wire::PacketType type{};
};

/// Views in an event are valid until the next call of next_event() or connection_lost(), and until input() is appended
/// to.
using Event = std::variant<Connected, ConnectionRefused, MessageReceived, PublishRefused, SubscriptionsAnswered,
                           Disconnected, ProtocolBroken>;

class Session {
public:
    /// Unsent output beyond this makes can_publish() false.
    static constexpr std::size_t high_water = sizes::unsent_output;

    explicit Session(Settings settings);

    /// A connection is there: CONNECT goes into output().
    void connection_opened(Clock::time_point now);
    /// The connection is gone, whoever ended it.
    void connection_lost() noexcept;

    [[nodiscard]] Buffer& input() noexcept { return input_; }
    [[nodiscard]] Gather& output() noexcept { return output_; }

    /// The next thing to know about, kept here until the next call; null: more input is needed. Acknowledgements of our
    /// own messages are dealt with inside, so a publisher at full rate sees no events.
    [[nodiscard]] const Event* next_event();

    /// The acknowledgements owed for what was handed out so far, and for the PUBRELs behind it. Whoever keeps Session
    /// State across processes has to remember of them, in this order: PUBREC, the identifier is in use; PUBCOMP, it is
    /// free again.
    [[nodiscard]] std::span<const wire::Acknowledgement> owed() const noexcept { return owed_.acknowledgements(); }
    /// Sends them, and PUBRECs that were held back, see OpenPubrecs. Call it when every message handed out is safe,
    /// never before.
    void acknowledge_delivered();
    /// PUBREC packets that were held back so far, on this connection: the server sends their messages again on the
    /// next.
    [[nodiscard]] std::size_t held_back() const noexcept { return owed_.held_back(); }
    /// QoS 2 identifiers in use that an earlier process remembered of this session. Precondition: never connected.
    void restore_received(std::span<const wire::PacketIdentifier> identifiers) { owed_.restore(identifiers); }

    /// From now on messages are neither handed out nor acknowledged: the server keeps them for the next connection.
    void stop_receiving() noexcept { receiving_ = false; }

    /// Is there room for one more message: window, identifiers, unsent output?
    [[nodiscard]] bool can_publish() const noexcept {
        return (state_ == State::connected || (settings_.publish_early && can_send_early())) && has_room() &&
               in_flight_.room(window_) != 0;
    }
    /// May something follow CONNECT before CONNACK, one message or the subscriptions? Only on the first connection.
    [[nodiscard]] bool can_send_early() const noexcept {
        return state_ == State::opening && !connected_before_ && early_.is_allowed(settings_);
    }
    /// What was sent so.
    [[nodiscard]] const Early& early() const noexcept { return early_; }
    /// A packet was sent early on this connection, and its answer has not come.
    [[nodiscard]] bool awaits_early_answer() const noexcept {
        return early_.was_sent_here() && awaits_answers() && answers_ == 0;
    }
    /// Sends messages that differ from `message` by nothing but their payloads, in order, until there is no room, and
    /// returns how many; their identifiers are ours to choose. DUP: an earlier process may have sent it. An error (too
    /// large, QoS or retain beyond what the server granted): nothing of the next one was sent, and never can be on this
    /// connection. PublishRefused repeats `number`, which counts on from the first one, unless it is 0. A payload of
    /// Gather::large bytes at QoS 0 must stay where it is until can_publish() again, or connection_lost().
    std::size_t publish_some(const wire::Publish& message, std::span<const std::string_view> payloads,
                             std::uint64_t number, Errc& error);
    /// A single one. Precondition: can_publish().
    [[nodiscard]] Errc publish(const wire::Publish& message, std::uint64_t number = 0) {
        Errc error = Errc::ok;
        publish_some(message, {&message.payload, 1}, number, error);
        return error;
    }

    /// A message whose payload is fetched when it is sent, and fetched again when it is sent again: `payload` must
    /// exist until the message is acknowledged and can_publish() again. The one in `message` does not matter. Not to be
    /// called again before that. Precondition: can_publish(), a payload that is not empty.
    [[nodiscard]] Errc publish_from(ByteSource& payload, const wire::Publish& message);

    /// For messages that outlive the process: their numbers, and what has become of them. See InFlight.
    [[nodiscard]] std::uint64_t next_sequence() const noexcept { return in_flight_.next(); }
    void skip_to(std::uint64_t sequence) { in_flight_.skip_to(sequence); }
    /// The next connection sends again what is in flight only after send_again(), and then one packet at a time, each
    /// after the answer to the one before. That ends by itself once all of it is answered, or with the connection.
    void go_carefully() noexcept { careful_ = Careful::next; }
    /// Precondition: connected, after go_carefully().
    void send_again();
    /// What is in flight is still sent one packet at a time.
    [[nodiscard]] bool careful() const noexcept { return careful_ == Careful::sending; }
    [[nodiscard]] InFlight::Oldest oldest() const noexcept { return in_flight_.oldest(); }
    /// The oldest message will never be acknowledged: it is in flight no more. Precondition: oldest().message.
    [[nodiscard]] PublishRefused refuse_oldest();

    /// Sends PUBREL for the message of next_sequence(), which an earlier process published, and keeps the message
    /// until PUBCOMP. Precondition: can_publish().
    void release(const wire::Publish& message);
    /// The same of a message of which nothing is left: with the server's session it is lost.
    void release();
    void track_progress() noexcept { in_flight_.track_progress(); }
    [[nodiscard]] std::vector<InFlight::Progress>& progress() noexcept { return in_flight_.progress(); }

    /// The identifier tells the answers apart; 0: larger than the server's Maximum Packet Size, nothing was sent
    /// [MQTT-3.2.2-15]. Precondition: connected or can_send_early(), at least one filter.
    wire::PacketIdentifier subscribe(std::span<const wire::Subscription> subscriptions);
    wire::PacketIdentifier unsubscribe(std::span<const std::string_view> topic_filters);

    /// Ends the session in order. Afterwards only output() matters.
    void disconnect(wire::ReasonCode reason_code = wire::ReasonCode::success);

    /// Sends PINGREQ. Precondition: connected.
    void ping(Clock::time_point now);
    /// When pings are due, and what their answers have proved.
    [[nodiscard]] const KeepAlive& keep_alive() const noexcept { return keep_alive_; }

    [[nodiscard]] bool connected() const noexcept { return state_ == State::connected; }
    /// What the server did on this connection, or else the last one, beyond accepting us: it acknowledged a message of
    /// ours; it sent one that was not retained.
    [[nodiscard]] bool acknowledged() const noexcept { return acknowledged_; }
    [[nodiscard]] bool delivered() const noexcept { return delivered_; }
    /// Nothing is in flight in either direction, and no message of QoS 0 is unconfirmed.
    [[nodiscard]] bool all_acknowledged() const noexcept;
    /// PUBLISH packets of QoS > 0 without their last acknowledgement.
    [[nodiscard]] std::size_t unfinished() const noexcept { return in_flight_.unfinished(); }
    /// Something we sent awaits its acknowledgement or answer; how many of these have come so far.
    [[nodiscard]] bool awaits_answers() const noexcept { return in_flight_.awaits_answers(); }
    [[nodiscard]] std::uint64_t answers() const noexcept { return answers_; }
    /// Packets of any kind that were taken out of input().
    [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }
    /// How many of our messages may be unacknowledged.
    [[nodiscard]] std::size_t window() const noexcept { return window_; }

    [[nodiscard]] const Limits& limits() const noexcept { return limits_; }
    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    /// Precondition: never connected so far, and not now.
    void set_version(wire::ProtocolVersion version);

private:
    enum class State : std::uint8_t { disconnected, opening, connected, ended };
    enum class Careful : std::uint8_t { no, next, holding, sending };

    const Event* handle_before_connack(const wire::Frame& frame);
    const Event* handle_auth(const wire::Frame& frame);
    const Event* handle(const wire::Frame& frame);
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
    /// Will the server, or does it already, have a session of ours to resume?
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
    bool connected_before_ = false;
    Careful careful_ = Careful::no;
    std::uint64_t careful_until_ = 0;  // sequence number
    bool acknowledged_ = false;
    bool delivered_ = false;
};

}  // namespace mqtts::session
