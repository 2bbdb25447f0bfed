// SPDX-License-Identifier: Apache-2.0
// What a seed decides: the plan of a run. It is a swarm: each seed first draws which faults and features are on at all,
// because a run with a bit of everything rarely goes far into anything. The faults are an explicit list, so that
// shrink.hpp can leave out those that a failure does not need.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulation/authenticating.hpp"
#include "simulation/details.hpp"
#include "simulation/endpoints.hpp"
#include "simulation/feeding.hpp"
#include "simulation/habits.hpp"
#include "simulation/keeping.hpp"
#include "simulation/recording.hpp"
#include "simulation/restarting.hpp"
#include "simulation/whole.hpp"
#include "wire/packet.hpp"

namespace mqtts::simulation {

/// The two ways of a connection: from the client to the broker, and back.
enum class Way : std::uint8_t { up, down };

struct Fault {
    enum class Kind : std::uint8_t {
        // The network. `at`: bytes on this way of the connection before it happens.
        refuse_connect,  // the attempt fails; amount 0: refused, 1: unreachable, 2: no answer at all
        reset,           // the connection breaks, and everything on the way is lost
        cut_off,         // the broker's bytes end there without the end of TLS
        close,           // they end there in order
        half_close,      // the client sees an end, but the broker receives on
        stall,           // nothing passes for `amount` milliseconds
        mute,            // nothing passes any more, and nobody is told
        // The broker. `at`: packets of this connection that it has received before; for a crash, of all connections.
        refuse_connack,  // CONNACK refuses; amount: Reason Code
        silent_connack,  // CONNECT is never answered
        lose_session,    // the session is gone before CONNACK
        crash,           // all connections break; for `amount` milliseconds none can be made; older state comes back
        disconnect,      // DISCONNECT; amount: Reason Code
        refuse_publish,  // PUBACK or PUBREC with this Reason Code
        grant_window,    // CONNACK grants this Receive Maximum
        grant_qos,       // … this Maximum QoS
        forbid_retain,   // … no retained messages
        grant_size,      // … this Maximum Packet Size
        shorten_keep_alive,
        repeat_pubrel,  // each PUBREL leaves twice
        delay_answers,  // acknowledgements leave `amount` milliseconds late, and other packets pass them
        exceed_window,  // the client's Receive Maximum does not count
        late_connack,   // CONNACK leaves `amount` milliseconds late; `at` says what happens to packets before it
        release_early,  // PUBREL follows PUBLISH without waiting for PUBREC
        swap_answers,   // each second acknowledgement passes the one before it
        send_twice,     // what is in flight is sent again on the same connection after `amount` milliseconds
        lose_message,   // the broker acknowledges a message and loses it: only a test of the simulation asks for it
        deliver_twice,  // … hands it on twice
        mislead,        // a misdeed in authentication, see authenticating.hpp; `at` 0: in that of CONNECT
        ask_again,      // the broker asks for a re-authentication
        babble,         // it sends what is no packet, or none that it may send; `at` 0: instead of CONNACK
    };
    static constexpr std::size_t kinds = static_cast<std::size_t>(Kind::babble) + 1;

    Kind kind{};
    std::uint8_t client = 0;
    std::uint8_t connection = 0;  // which one of this client, from 0; attempts count
    Way way{};
    std::uint32_t at = 0;
    std::uint32_t amount = 0;
};

[[nodiscard]] std::string to_text(const Fault& fault);

/// What mqtts-pub does: it publishes records, and ends.
struct Publishing {
    bool on = false;
    wire::Qos qos{};
    bool mixed_qos = false;  // each record has its own
    bool retain = false;
    std::uint32_t messages = 0;
    std::uint32_t largest_payload = 0;  // bytes
    double messages_per_second = 0;     // 0: as fast as possible
    std::uint32_t topics = 1;
    std::uint16_t send_window = 0;  // --inflight
    bool early = false;
    bool skip_refused = false;
    bool fetched = false;  // each payload is fetched when it is sent, as that of a large file is
};

/// What mqtts-sub does: it takes messages until it is told to end, or has what it wants.
struct Subscribing {
    enum class End : std::uint8_t {
        told,            // by SIGTERM, when the broker has nothing more for it
        after_retained,  // --retained-only
        caught_up,       // when all has come that the broker has by then
    };

    bool on = false;
    End end = End::told;
    std::uint32_t begins = 0;   // milliseconds after the publisher
    bool pings_decide = false;  // after_retained: there is no settling time
    bool removes = false;       // after_retained: it clears what it receives
    wire::Qos qos{};
    std::uint32_t slowest_flush = 0;     // milliseconds
    bool later = false;                  // the sink handles messages later, as commands do
    std::uint32_t room = 1;              // messages that it handles at once
    std::uint32_t slowest_handling = 0;  // milliseconds
    std::uint16_t receive_maximum = 65535;
    std::uint32_t wanted = 0;  // messages; 0: as many as come
    bool early = false;
    std::uint32_t fails_after = 0;  // messages, then the output cannot be written, or a command fails; 0: never
    bool again = false;             // a second run follows the first, and resumes its session
};

struct Plan {
    static constexpr std::size_t clients = 2;

    std::uint64_t seed = 0;
    wire::ProtocolVersion version = wire::ProtocolVersion::v5;
    bool version_pinned = true;
    std::uint16_t keep_alive = 60;
    bool clean_start = true;
    std::uint32_t session_expiry = 0;  // seconds
    std::uint32_t reconnect = 0;       // milliseconds
    std::uint32_t retry_connect = 0;   // milliseconds
    Publishing publishing;
    Keeping keeping;
    Subscribing subscribing;
    std::uint32_t publisher_interrupted = 0;   // milliseconds until SIGTERM; 0: never
    std::uint32_t subscriber_interrupted = 0;  // the same

    // The network
    std::uint32_t latency = 0;              // microseconds
    std::uint32_t jitter = 0;               // microseconds
    std::uint32_t largest_chunk = 65536;    // bytes
    std::uint32_t send_room = 0;            // bytes that the client's kernel holds; 0: any number
    bool loses_what_is_on_the_way = false;  // when the client drops a connection

    // The broker
    /// It speaks only MQTT 3.1.1, and answers another CONNECT with 1: a refusal, 2: the end, 3: nothing,
    /// 4: a CONNACK that accepts it, in the form of MQTT 3.1.1.
    std::uint32_t old_broker = 0;
    std::uint16_t receive_maximum = 0;  // 0: not sent
    std::uint16_t window = 20;          // to clients that do not say theirs
    bool hands_on_at_release = false;   // messages of QoS 2
    bool reuses_identifiers = false;    // the lowest free one, instead of the next

    Authenticating authenticating;
    Habits habits;
    Recording recording;
    Whole whole;
    Feeding feeding;
    Endpoints endpoints;
    std::vector<Fault> faults;
    Details details;
    Restarting restarting;
};

[[nodiscard]] Plan draw_plan(std::uint64_t seed);
/// Returns the features that are on, and the faults, one line each.
[[nodiscard]] std::string to_text(const Plan& plan);

}  // namespace mqtts::simulation
