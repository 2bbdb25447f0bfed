// SPDX-License-Identifier: Apache-2.0
// One message and the end, through mosquitto: what it costs beside mosquitto's own programs, near by and far away.
#include <fmt/format.h>

#include <stdexcept>

#include "bench/broker.hpp"
#include "bench/cases.hpp"
#include "bench/ratios.hpp"

namespace mqtts::bench {

namespace {

using Words = std::vector<std::string>;

constexpr const char* retained_topic = "kept";

struct OneShot {
    std::string kind;         // "pub" or "sub"
    unsigned round_trip = 0;  // to the broker and back, in milliseconds
    Bars bars;

    [[nodiscard]] std::string name() const {
        return fmt::format("broker-one-shot-{}{}", kind, round_trip == 0 ? "" : fmt::format("-{}ms", round_trip));
    }
    [[nodiscard]] Words options() const {
        if (kind == "pub") return {"-t", "b", "-q", "1", "-m", "hi"};
        return {"-t", retained_topic, "-q", "1", "-C", "1"};
    }
};

Usage run_once(const Bench& bench, const std::string& program, const std::string& kind, const Words& options,
               const std::string& port) {
    const Usage usage = measure({.arguments = bench.command(program, kind, options, port)});
    if (usage.status != 0) throw std::runtime_error(fmt::format("{} {}: status {}", program, kind, usage.status));
    return usage;
}

/// The two take turns, so that what else the machine does meets both.
void compare(Bench& bench, const OneShot& shot, const std::string& port) {
    constexpr unsigned runs = 20;  // of each, in a round
    std::vector<Usage> ours;
    std::vector<Usage> theirs;
    for (unsigned round = 0; round < bench.settings().rounds; ++round) {
        Mean us;
        Mean them;
        for (unsigned run = 0; run < runs; ++run) {
            us.add(run_once(bench, "ours", shot.kind, shot.options(), port));
            them.add(run_once(bench, "mosquitto", shot.kind, shot.options(), port));
        }
        ours.push_back(us.usage());
        theirs.push_back(them.usage());
    }
    add_ratios(bench, shot.name(), "mosquitto", ours, theirs, shot.bars);
}

void run_one_shot(Bench& bench, const OneShot& shot) {
    if (!bench.settings().mosquitto || !Broker::is_installed()) return;
    const Broker broker(bench);
    if (shot.kind == "sub") {
        run_once(bench, "ours", "pub", {"-t", retained_topic, "-q", "1", "-r", "-m", "hi"}, broker.port());
    }
    if (shot.round_trip == 0) return compare(bench, shot, broker.port());
    const Child delay({bench.settings().programs + "/mqtts-bench-delay", "--to", broker.port(), "--milliseconds",
                       std::to_string(shot.round_trip / 2)});
    compare(bench, shot, delay.read_line());
}

}  // namespace

std::vector<Case> one_shot_cases() {
    constexpr Bars near{.cpu = 1.05, .wall = 1.05};
    constexpr Bars far{.cpu = 1.05, .wall = 1.03};
    const std::vector<OneShot> shots = {{"pub", 0, near}, {"sub", 0, near}, {"pub", 40, far}, {"sub", 40, far}};
    std::vector<Case> cases;
    for (const OneShot& shot : shots)
        cases.push_back({shot.name(), [shot](Bench& bench) { run_one_shot(bench, shot); }});
    return cases;
}

}  // namespace mqtts::bench
