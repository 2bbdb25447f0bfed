// SPDX-License-Identifier: Apache-2.0
// Knows what became of each message, from end to end, and what went wrong with the network and the broker; and judges
// by that. Everything that must always hold has a name: Invariant. The rules of a single connection are in conduct.hpp.
//
//   accepted ──► arrived at the broker ──► handed on ──► owed to the subscriber ──► delivered ──► safe ──► acknowledged
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "client/statistics.hpp"
#include "simulation/clock.hpp"
#include "wire/packet.hpp"

namespace mqtts::simulation {

enum class Invariant : std::uint8_t {
    // From end to end
    at_least_once,   // a run that succeeds has brought each message to the broker
    exactly_once,    // no message of QoS 2 is handed on, or delivered, twice while the broker keeps its word
    publish_order,   // messages arrive for the first time in the order in which they were accepted
    delivery_order,  // and are delivered for the first time in the order in which the broker sent them
    safe_first,      // nothing is acknowledged before it was delivered and flushed, or handled
    losses_told,     // what did not arrive is among what a run says it could not bring
    verdict_cause,   // a run fails only for a reason that the model knows
    live_lock,       // a run goes on while both ends are willing, and ends
    bounded_memory,  // no buffer grows beyond its bound
    content,         // a message arrives, and is delivered, with the topic and the payload it was accepted with
    replay,          // no record leaves before its time
    patience,        // attempts to connect are not made in a rush, nor when none is wanted
    // On one connection
    dup_flag,           // a message that is sent again in its session says so, and no other does
    keep_alive,         // the client is not silent for longer than the Keep Alive, nor waits longer for an answer
    well_formed,        // each packet can be decoded
    connect_first,      // CONNECT is the first packet, and the only one; nothing follows DISCONNECT
    within_limits,      // no packet is beyond what CONNACK granted
    send_window,        // no more messages are unacknowledged than the broker takes
    identifier_in_use,  // a Packet Identifier that is in use is given to nothing else
    one_answer,  // each PUBLISH has at most one PUBACK or PUBREC, each PUBREC one PUBREL, each PUBREL one PUBCOMP
    acknowledgement_order,  // they leave in the order of what they answer
    authentication,         // AUTH has its place, and a broker without a proof gets nothing
    session_resumed,        // a run comes back to the session that it has, and has all its subscriptions in it
    // Of --share
    taken_first,  // no byte of a message leaves before its caller knows that it may
    one_outcome,  // a caller gets one result for a message that was taken, unless its keeper is killed
    // Of a message that is a whole input
    repetition,  // each copy waits for the acknowledgement of the last one, and for the delay
    // Of several endpoints
    endpoints,  // they are tried in their order, each within its share of the time, as long as the next one may help
};
[[nodiscard]] std::string_view to_text(Invariant invariant) noexcept;

struct Violation {
    Invariant invariant{};
    std::string what;
};

/// The payload of all messages of a run in which they look alike.
constexpr std::string_view same_payload = "same";
/// The text that a payload begins with: which message of the publisher it is.
[[nodiscard]] std::string payload_of(std::uint32_t number, std::uint32_t size);
/// Returns the number of a message: what its payload begins with, or where all payloads are the same, its Content Type,
/// or without one, what its topic ends with.
[[nodiscard]] std::optional<std::uint32_t> number_of(const wire::Publish& message, std::string_view payload) noexcept;

/// What became of a message so far.
struct Fate {
    bool was_accepted = false;
    bool has_arrived = false;
    bool was_refused = false;
    bool is_kept = false;  // the broker has done with it what it has to
    wire::Qos qos{};
    std::string_view topic_name;
};

class Witness {
public:
    /// Notes that an invariant is broken. The first one counts.
    void broken(Invariant invariant, std::string what);
    [[nodiscard]] const std::optional<Violation>& violation() const noexcept { return violation_; }
    /// Counts the steps of messages towards their goal.
    [[nodiscard]] std::uint64_t progress() const noexcept { return progress_; }

    // The publisher

    /// `source`: who publishes it; each keeps its own order.
    void accepted(const wire::Publish& message, std::string_view payload, std::uint32_t source = 0);
    /// A refusal is perhaps forgotten: a message may arrive behind later ones.
    void may_step_back() noexcept { may_step_back_ = true; }
    /// Somebody else compares what is told about each message.
    void leaves_telling_to_others() noexcept { others_tell_ = true; }
    [[nodiscard]] Fate fate(std::uint32_t number) const noexcept;
    /// A run begins, the first or another one: what the one before has delivered and not written is gone.
    void begins(unsigned client) noexcept;
    /// kill -9 ended it.
    void killed(unsigned client) noexcept;
    /// It makes an attempt to connect. `wanted`: the plan lets it try again.
    void attempts(unsigned client, Time now, bool wanted);
    /// CONNACK accepted it.
    void connected(unsigned client) noexcept { connected_[client] = true; }
    /// A message that a limit forbids: it never leaves.
    void forbidden() noexcept { ++forbidden_; }

    // The broker

    /// A PUBLISH arrived, on a connection that has resumed its session or not. Returns its number.
    std::uint32_t arrived(const wire::Publish& message, bool resumed);
    void refused(std::uint32_t number);
    /// The broker has taken it: perhaps after it had refused it, if the refusal was lost.
    void taken(std::uint32_t number);
    void handed_on(std::uint32_t number, wire::Qos qos);
    /// The broker will send it to the subscriber, with this QoS.
    void owed(std::uint32_t number, wire::Qos qos);
    /// A subscription is made, which these retained messages answer.
    void subscribes() noexcept { retained_.clear(); }
    void owed_as_retained(std::uint32_t number) { retained_.push_back(number); }
    /// The subscriber says that all of them have come.
    void check_retained();
    /// A session is gone, or not what it was: what is between its ends may come twice, or never. Client 0 publishes.
    void session_lost(unsigned client) noexcept { ++epochs_[client]; }
    /// The broker has forgotten messages that it had acknowledged, and the client cannot know.
    void crashed() noexcept { crashed_ = true; }
    /// The broker gives it the identifier of another message, for which it has not waited for PUBREC: that one may not
    /// be written yet, and is the only one that the subscriber knows by it.
    void takes_place_of_another(std::uint32_t number) { message(number).is_mistakable = true; }
    /// It says that it does not know a message for which PUBREL has come.
    void forgot() noexcept { forgot_ = true; }
    [[nodiscard]] bool has_forgotten() const noexcept { return forgot_; }

    // The subscriber

    void delivered(const wire::Publish& message);
    /// A run that remembers what it has received finds that this one was delivered in vain.
    void taken_back(std::uint32_t number);
    /// All that was delivered is written.
    void flushed() noexcept;
    /// This one is handled.
    void handled(std::uint32_t number);
    /// The broker has its PUBACK or PUBREC.
    void acknowledged(std::uint32_t number);

    // The end

    /// Something happened that may lead to this exit status, of the run of this client.
    void allow(unsigned client, int status) noexcept { allowed_[client] |= std::uint64_t{1} << status; }
    [[nodiscard]] bool may_end_with(unsigned client, int status) const noexcept {
        return status < 64 ? (allowed_[client] >> status & 1) != 0 : interrupted_[client];
    }
    void network_failed(unsigned client) noexcept;
    /// Runs call a server that does not answer CONNECT one without MQTT 5.
    void need_version_5() noexcept { needs_version_5_ = true; }
    /// The kernels give up a connection on which nothing passes: what waited for that goes on.
    void moved() noexcept { ++progress_; }
    /// Something closes a connection of this client. If that happens each time, the client suspects its packet.
    void closed(unsigned client) noexcept;
    [[nodiscard]] bool was_closed(unsigned client) const noexcept { return closed_[client] != 0; }
    [[nodiscard]] bool runs(unsigned client) const noexcept { return !ended_[client]; }
    [[nodiscard]] bool was_interrupted(unsigned client) const noexcept { return interrupted_[client]; }
    /// A signal asks it to end.
    void interrupted(unsigned client) noexcept;
    void ended(unsigned client, const Result<>& result, const client::Statistics& statistics);

    [[nodiscard]] std::uint64_t messages() const noexcept { return messages_.size(); }

    // For Promises

    [[nodiscard]] bool has_crashed() const noexcept { return crashed_; }
    /// Counts the losses of the client's session.
    [[nodiscard]] std::uint32_t session_epoch(unsigned client) const noexcept { return epochs_[client]; }
    /// Tells whether the client may suspect a packet, because connections ended in a row.
    [[nodiscard]] bool may_suspect(unsigned client) const noexcept { return closed_[client] >= 4; }
    [[nodiscard]] std::uint64_t accepted_messages() const noexcept {
        return static_cast<std::uint64_t>(std::ranges::count(messages_, true, &Message::was_accepted));
    }
    [[nodiscard]] bool was_refused(std::uint32_t number) const noexcept {
        return number < messages_.size() && messages_[number].was_refused;
    }
    /// The broker has it more than once, as the publisher sent it again in a new session.
    [[nodiscard]] bool is_owed_twice(std::uint32_t number) const noexcept { return messages_[number].times_owed > 1; }
    struct Repeated {
        std::uint64_t messages = 0;
        std::uint64_t twice = 0;
    };
    /// Counts the messages of QoS 2, and those of them that were handed on more than once.
    [[nodiscard]] Repeated of_qos_2() const noexcept {
        Repeated repeated;
        for (const Message& one : messages_) {
            if (one.qos != wire::Qos::exactly_once) continue;
            ++repeated.messages;
            if (one.handed_on > 1) ++repeated.twice;
        }
        return repeated;
    }

private:
    struct Message {
        wire::Qos qos{};           // as published
        std::uint32_t source = 0;  // who published it
        std::string topic_name;
        std::size_t size = 0;             // of the payload
        std::uint32_t arrival_epoch = 0;  // of the publisher's session, when it last arrived
        bool was_accepted = false;
        bool has_arrived = false;
        bool was_refused = false;
        std::uint32_t handed_on = 0;
        std::uint32_t epoch = 0;  // of the publisher's session, when it was handed on
        wire::Qos owed_qos{};
        std::uint32_t times_owed = 0;
        std::int64_t owed_order = 0;  // when it was owed
        std::uint32_t delivered = 0;
        std::uint32_t delivered_here = 0;  // in the session that delivery_epoch counts
        std::uint32_t delivery_epoch = 0;
        bool is_safe = false;
        bool is_mistakable = false;
        bool acknowledged = false;
    };
    [[nodiscard]] Message& message(std::uint32_t number);

    std::vector<Message> messages_;
    std::vector<std::uint32_t> unflushed_;
    std::vector<std::uint32_t> retained_;
    std::optional<Violation> violation_;
    std::uint64_t progress_ = 0;
    std::uint64_t forbidden_ = 0;
    std::uint64_t refused_ = 0;
    std::vector<std::int64_t> last_arrived_;  // of each source
    std::int64_t last_owed_ = 0;
    std::int64_t last_delivered_ = -1;  // in the order of owing
    std::uint32_t delivery_order_epoch_ = 0;
    std::uint32_t epochs_[2] = {};
    std::uint64_t allowed_[2] = {};
    unsigned closed_[2] = {};
    bool crashed_ = false;
    bool forgot_ = false;
    bool may_step_back_ = false;
    bool others_tell_ = false;
    bool needs_version_5_ = false;
    bool interrupted_[2] = {};
    bool connected_[2] = {};
    bool ended_[2] = {};
    Time attempts_[2][5] = {};  // the last ones
    void check_content(const Message& known, const wire::Publish& packet, std::uint32_t number);
};

}  // namespace mqtts::simulation
