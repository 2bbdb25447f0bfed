// SPDX-License-Identifier: Apache-2.0
// What else a seed decides: features that few runs have, each for a kind of mistake that no other run would show.
#pragma once

#include <cstdint>
#include <string>

namespace mqtts::simulation {

struct Plan;

struct Details {
    std::uint32_t first_sequence = 0;  // of the publisher: its Packet Identifiers begin in the middle
    bool unterminated = false;         // the last record ends without a newline
    bool anonymous = false;            // the broker assigns the Client Identifiers

    std::uint16_t topic_aliases = 0;      // that the subscriber takes
    bool exact_filter = false;            // without a wildcard, which CONNACK could forbid
    std::uint32_t more_filters = 0;       // Topic Filters that match nothing, in front of the one that counts
    std::uint32_t refused_filter = 0;     // the broker refuses this one of them, from 1; 0: none
    std::uint32_t taken_identifiers = 0;  // that many SUBSCRIBEs of a connection have an identifier "in use"
    bool forgets_dup = false;             // the broker sends messages again without DUP
    bool same_payloads = false;           // all messages have the same payload, and their topics differ
    bool same_topics = false;             // … and the same topic, and only their Content Types differ
    std::uint32_t slow_retained = 0;      // milliseconds between two retained messages; 0: all come behind SUBACK

    bool has_will = false;           // both runs have a Will Message
    std::uint32_t unsubscribes = 0;  // Topic Filters to which the subscriber does not subscribe
    bool runs_out_of_time = false;   // -W, and not SIGTERM, interrupts
    bool proves = false;             // the subscriber asks for a sign of life

    std::uint32_t closes_on = 0;     // the broker closes the connection on this message, from 1; 0: on none
    std::uint32_t hangs_up = 0;      // it closes the first connections of each client right behind CONNACK
    bool long_answers = false;       // PUBACK and PUBREC say that there are no subscribers
    bool keeps_on = false;           // the publisher goes on after a refusal, as a keeper of --share does
    std::uint32_t falls_silent = 0;  // the publisher gets this number of acknowledgements, and no more; 0: all
    bool repeats_refusal = false;    // CONNACK refuses each attempt from the second connection on
};

/// Draws them for a plan that is complete otherwise, and adapts it where a detail needs that.
void draw_details(Plan& plan);
/// Returns those that are on, in a line; empty: none.
[[nodiscard]] std::string to_text(const Details& details);
/// The Topic Filter that matches nothing, from 1.
[[nodiscard]] std::string other_filter(std::uint32_t number);

}  // namespace mqtts::simulation
