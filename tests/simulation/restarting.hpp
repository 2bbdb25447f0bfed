// SPDX-License-Identifier: Apache-2.0
// What a seed decides about processes that end, and continue with what they have kept in files: --spool of mqtts-pub,
// and --state of mqtts-sub.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mqtts::simulation {

struct Plan;

/// When a process is killed.
struct Death {
    enum class Moment : std::uint8_t {
        never,
        at_time,         // number: milliseconds after its beginning; with the others: which time, from 1
        sending,         // before the kernel takes its bytes for the network
        behind_sending,  // right after it has taken them
        writing,         // before it commits what it has read, or writes messages to its output
        behind_writing,  // right after that
    };
    Moment moment = Moment::never;
    std::uint32_t number = 0;
};

/// One of the processes that use the same spool, one after the other.
struct SpoolingRun {
    std::uint32_t begins = 0;       // milliseconds after the end of the one before
    bool has_input = true;          // the rest of it
    std::uint32_t interrupted = 0;  // milliseconds until SIGTERM; 0: never
    Death death;
};

struct Restarting {
    std::vector<SpoolingRun> spooling;  // empty: without --spool
    bool remembers = false;             // --state
    std::vector<Death> deaths;          // of the runs of the subscriber; behind each, another one follows

    [[nodiscard]] bool spools() const noexcept { return !spooling.empty(); }
};

/// Draws it for a plan that is complete otherwise, and adapts the plan where it is on.
void draw_restarting(Plan& plan);
/// Lines, or nothing.
[[nodiscard]] std::string to_text(const Restarting& restarting);

}  // namespace mqtts::simulation
