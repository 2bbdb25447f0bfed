// SPDX-License-Identifier: Apache-2.0
// What a seed decides about --share: in such a run the publisher is a keeper, and the messages come from calls. The
// QoS, the payloads and the faults of the connection are those of Publishing and of the plan.
#pragma once

#include <cstdint>
#include <string>

#include "wire/packet.hpp"

namespace mqtts::simulation {

class Random;
struct Plan;

struct Keeping {
    bool on = false;
    std::uint32_t calls = 0;
    std::uint32_t span = 0;            // milliseconds in which they come, from the first one on
    std::uint32_t idle = 60'000;       // milliseconds
    std::uint32_t usable = 0;          // milliseconds until a certificate expires; 0: never
    std::uint32_t killed = 0;          // milliseconds from then until kill -9; 0: never
    std::uint32_t killed_writing = 0;  // it dies while it writes to a caller for this time, counted from 1; 0: never
    bool careless = false;             // some callers are slow, leave, are stopped, or say what they should not
};

/// Draws it, and changes in the plan what is different with --share.
void draw_keeping(Random& random, Plan& plan);
[[nodiscard]] std::string to_text(const Keeping& keeping);

/// What a call does.
struct Manner {
    enum class Kind : std::uint8_t {
        publishes,
        other_identity,
        no_identity,
        other_version,
        nonsense,
        asks_status,
        ends_keeper,
    };

    Kind kind = Kind::publishes;
    std::uint32_t begins = 0;         // milliseconds after the connection is kept
    std::uint32_t messages = 1;       // one after the other
    bool hasty = false;               // it writes the next message before it knows what became of the last one
    bool wants_log = false;           // -d
    std::uint32_t piece = 1'000'000;  // bytes that it writes at once
    std::uint32_t pause = 0;          // milliseconds between them
    std::uint32_t slowness = 0;       // milliseconds until it reads what has come
    std::uint32_t room = 200'000;     // bytes for it that its socket holds
    std::uint32_t killed = 0;         // milliseconds after it began; 0: never
    std::uint32_t interrupted = 0;    // the same, with SIGTERM
    std::uint32_t timeout = 0;        // -W, the same
};
[[nodiscard]] Manner manner_of(const Plan& plan, std::uint32_t call);

/// A message of a call. The topic has the number, too, so that it can be recognized on its way.
struct CallMessage {
    std::uint32_t number = 0;
    std::uint32_t call = 0;
    std::string topic_name;
    std::string payload;
    wire::PropertyWriter properties;
    wire::Qos qos{};
    bool retain = false;

    [[nodiscard]] wire::Publish packet() const noexcept {
        return {.topic_name = topic_name,
                .payload = payload,
                .properties = properties.view(),
                .qos = qos,
                .retain = retain};
    }
};
/// Returns a message of a call; call 0 is the first one, which makes the connection.
[[nodiscard]] CallMessage message_of(const Plan& plan, std::uint32_t call, std::uint32_t place);

}  // namespace mqtts::simulation
