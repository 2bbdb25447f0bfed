// SPDX-License-Identifier: Apache-2.0
// One message and the end, through a real broker: what it costs beside mosquitto's own programs, near by and far away.
// And the start of the programs alone.
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

    [[nodiscard]] std::string name() const {
        const std::string distance = round_trip == 0 ? "" : fmt::format("-{}ms", round_trip);
        return fmt::format("broker-one-shot-{}{}", kind, distance);
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

/// Many pairs of single runs: what else the machine does meets both, and the interval tells how far it decides.
template <typename Run>
void compare(Bench& bench, const std::string& name, Run run) {
    constexpr unsigned runs = 20;  // of each, in a round
    Pairs<Usage> pairs{.to = "mosquitto"};
    for (unsigned pair = 0; pair < runs * bench.settings().rounds; ++pair)
        pairs.add(in_turn(pair, run));
    add_ratios(bench, name, pairs, {.cpu = 1.0, .wall = 1.0});
}

void compare_messages(Bench& bench, const OneShot& shot, const std::string& port) {
    compare(bench, shot.name(),
            [&](const std::string& program) { return run_once(bench, program, shot.kind, shot.options(), port); });
}

void run_version(Bench& bench) {
    if (!bench.settings().mosquitto) return;
    compare(bench, "broker-version", [&](const std::string& program) {
        const std::string path = program == "ours" ? bench.settings().publisher : "mosquitto_pub";
        return measure({.arguments = {path, "--version"}});  // mosquitto's ends with status 1
    });
}

void run_one_shot(Bench& bench, const OneShot& shot) {
    if (!bench.settings().mosquitto || !Broker::is_installed()) return;
    const Broker broker(bench);
    if (shot.kind == "sub") {
        run_once(bench, "ours", "pub", {"-t", retained_topic, "-q", "1", "-r", "-m", "hi"}, broker.port());
    }
    if (shot.round_trip == 0) return compare_messages(bench, shot, broker.port());
    const Child delay({bench.settings().programs + "/mqtts-bench-delay", "--to", broker.port(), "--microseconds",
                       std::to_string(shot.round_trip * 500)});
    compare_messages(bench, shot, delay.read_line());
}

}  // namespace

std::vector<Case> one_shot_cases() {
    std::vector<Case> cases;
    for (const OneShot& shot : {OneShot{"pub"}, OneShot{"sub"}, OneShot{"pub", 40}, OneShot{"sub", 40}})
        cases.push_back({shot.name(), [shot](Bench& bench) { run_one_shot(bench, shot); }});
    cases.push_back({"broker-version", run_version});
    return cases;
}

}  // namespace mqtts::bench
