// SPDX-License-Identifier: Apache-2.0
// What a seed decides about the words of the broker: what CONNACK and SUBACK allow, what its refusals explain, and what
// it gets wrong in SUBACK and PUBREC; and what the programs demand of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "client/settings.hpp"

namespace mqtts::simulation {

struct Plan;

struct Habits {
    // The broker
    bool explains = false;                // refusals have a Reason String, and perhaps a Server Reference
    std::optional<std::uint32_t> expiry;  // no session lasts for longer, in seconds
    bool no_wildcards = false;            // CONNACK forbids them …
    bool no_shared = false;
    bool no_identifiers = false;
    std::uint32_t since = 0;                           // … from this connection of the subscriber on
    wire::Qos most_granted = wire::Qos::exactly_once;  // in SUBACK
    std::optional<std::uint32_t> miscounts;            // SUBACK has a code too many on this connection
    std::uint32_t answers_as_1 = 0;                    // this message of QoS 2, from 1, gets PUBACK; 0: none
    bool says_goodbye = false;                         // in MQTT 3, too, and before CONNACK
    bool says_more = false;                            // messages for topics that nobody has subscribed to
    enum class Removal : std::uint8_t { works, is_refused, closes };
    Removal removal{};  // of a retained message; `closes`: it is acknowledged, and then there is an end instead

    // The programs
    bool demands = false;     // what is granted less is worth a warning
    bool strict = false;      // a subscription of QoS 2 must be granted as such
    bool shared = false;      // there is a shared subscription, which matches nothing
    bool identified = false;  // two subscriptions match the same, and messages have to say which they are for
    bool needs_5 = false;     // nothing goes without MQTT 5

    /// How many subscriptions it adds.
    [[nodiscard]] std::size_t more_filters() const noexcept { return std::size_t{shared} + std::size_t{identified}; }
};

/// What the broker babbles: Fault::Kind::babble has a number of this as amount, and any other means the last.
constexpr std::uint32_t babbles = 8;

/// Draws them for a plan that is complete otherwise.
void draw_habits(Plan& plan);
/// A line, or nothing.
[[nodiscard]] std::string to_text(const Habits& habits);
/// Lets a client demand, and subscribe. `subscribes`: behind all other subscriptions comes the one that counts.
void apply(const Habits& habits, bool subscribes, client::Settings& settings);

}  // namespace mqtts::simulation
