// SPDX-License-Identifier: Apache-2.0
// The cases of the benchmark, by name.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/bench.hpp"

namespace mqtts::bench {

struct Case {
    std::string name;
    std::function<void(Bench&)> run;  // adds its figures
};

/// CPU of long streams of small messages, as a multiple of the floor's.
std::vector<Case> stream_cases();
/// System calls, allocations and memory, by the number of messages.
std::vector<Case> growth_cases();
/// Memory when the other end is stuck, or sends or asks for much.
std::vector<Case> bounds_cases();
/// One message: short, of 200 MiB, alone, over a slow network, in an open stream.
std::vector<Case> single_cases();
/// Through a real broker, ours and mosquitto's programs in turn. Streams, each end alone; `smoke`: one of each kind.
std::vector<Case> broker_stream_cases(bool smoke);
/// Through a real broker over long and slow ways: with pauses before reads, and without. Only when asked for.
std::vector<Case> link_cases();
/// Through a real broker: lines one at a time.
std::vector<Case> broker_latency_cases();
/// Through a real broker: one message and the end; and "--version", without one.
std::vector<Case> one_shot_cases();
/// Through a real broker: a command for each message.
std::vector<Case> exec_cases();
/// Through a real broker: calls that share one connection.
std::vector<Case> share_cases();

}  // namespace mqtts::bench
