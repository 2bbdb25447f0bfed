// SPDX-License-Identifier: Apache-2.0
// Takes the power away behind each recorded call, builds what the disk may have then, and has each of these states
// checked.
//
// With at most ten pending changes all of their combinations are tried, sector by sector if those are at most ten, too;
// what is more is drawn: whole changes, blocks of 4096 bytes or sectors, of which few, half or most have landed. How
// many are drawn behind each call:
//
//     MQTTS_CRASH_STATES=10000   the long run; without it, as many as fit in some seconds, and then no combination is
//                                tried beyond that number either
//     MQTTS_CRASH_SEED=N         draws what an earlier run has drawn; each run prints its seed
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "crash_states/disk.hpp"
#include "crash_states/recording.hpp"

namespace mqtts::test::crash {

/// Calls at which the disk is the same: from the first one to the last one, both done.
struct Span {
    std::size_t first = 0;
    std::size_t last = 0;
};

/// Starts again from the state of the disk that is below the root of the recording now, and judges it. The disk may
/// have been in this state after each call of the span; what was promised until then differs. Returns what is wrong;
/// empty: nothing.
using Check = std::function<std::string(const Span& span)>;

struct Limits {
    std::size_t states = 0;  // drawn behind one call
    std::uint64_t seed = 0;
    Forgotten forgotten = Forgotten::nothing;
    std::string kept_file = {};  // it keeps its inode in all states: the output, which --state knows by it

    /// `states`: drawn unless the environment wants more; the seed, too, may come from there.
    [[nodiscard]] static Limits of_environment(std::size_t states);
};

struct Tried {
    std::size_t calls = 0;   // that changed the disk, or waited for it
    std::size_t states = 0;  // built and checked
    std::string finding;     // the first one, for people; empty: nothing was found
};

/// Goes through the recording until the first finding. The root of the recording is used for the states, and contains
/// the last one in the end.
[[nodiscard]] Tried try_power_losses(const Recording& recording, const Limits& limits, const Check& check);

/// Fails the test if the record does not explain what the programs have left on the disk. Then goes through it, prints
/// the number of states, and fails the test on a finding. Then it does the same as if fsync of files, or
/// of directories, had been forgotten, and fails the test if there is no finding: the check can fail.
void check_power_losses(const std::string& subject, const Recording& recording, const Limits& limits,
                        const std::vector<Forgotten>& found_if_forgotten, const Check& check);

}  // namespace mqtts::test::crash
