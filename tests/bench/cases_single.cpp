// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/cases.hpp"
#include "bench/latency.hpp"
#include "bench/packets.hpp"
#include "bench/ratios.hpp"

namespace mqtts::bench {

namespace {

using Words = std::vector<std::string>;

Usage mean_of_runs(const Bench& bench, const Job& job, unsigned runs) {
    Mean mean;
    for (unsigned i = 0; i < runs; ++i)
        mean.add(bench.run(job));
    return mean.usage();
}

constexpr Bars both(double bar) {
    return {.cpu = bar, .wall = bar};
}

constexpr unsigned runs = 10;  // of programs that are soon done, for each figure of a round

void run_one_message(Bench& bench) {
    const Words options = {"-t", "b", "-q", "1", "-m", "hi"};
    const Job line = {.arguments = bench.command("ours", "pub", {"-t", "b", "-q", "1", "-l"}),
                      .input_file = bench.input_file(1, 1)};
    std::vector<Usage> ours;
    std::vector<Usage> lines;
    std::vector<Usage> floor;
    std::vector<Usage> mosquitto;
    for (unsigned round = 0; round < bench.settings().rounds; ++round) {
        ours.push_back(mean_of_runs(bench, {.arguments = bench.command("ours", "pub", options)}, runs));
        lines.push_back(mean_of_runs(bench, line, runs));
        const Words bare = {"publish", "--qos", "1", "--size", "2"};
        floor.push_back(mean_of_runs(bench, {.arguments = bench.command("floor", "pub", bare)}, runs));
        if (!bench.settings().mosquitto) continue;
        mosquitto.push_back(mean_of_runs(bench, {.arguments = bench.command("mosquitto", "pub", options)}, runs));
    }
    add_ratios(bench, "one-shot", {"floor", ours, floor}, both(1.05));
    if (!mosquitto.empty()) add_ratios(bench, "one-shot", {"mosquitto", ours, mosquitto}, both(0.85));
    add_ratios(bench, "one-shot-line", {"-m", lines, ours}, both(1.1));
}

/// One message is received and ends the program.
void run_one_message_sub(Bench& bench) {
    const Words options = {"-t", stream_topic(1, 2, 1), "-q", "1", "-C", "1"};
    const Words bare = {"subscribe", "--qos", "1", "--size", "2"};
    std::vector<Usage> ours;
    std::vector<Usage> floor;
    std::vector<Usage> mosquitto;
    for (unsigned round = 0; round < bench.settings().rounds; ++round) {
        ours.push_back(mean_of_runs(bench, {.arguments = bench.command("ours", "sub", options)}, runs));
        floor.push_back(mean_of_runs(bench, {.arguments = bench.command("floor", "sub", bare)}, runs));
        if (!bench.settings().mosquitto) continue;
        mosquitto.push_back(mean_of_runs(bench, {.arguments = bench.command("mosquitto", "sub", options)}, runs));
    }
    add_ratios(bench, "one-shot-sub", {"floor", ours, floor}, both(1.05));
    if (!mosquitto.empty()) add_ratios(bench, "one-shot-sub", {"mosquitto", ours, mosquitto}, both(0.85));
}

/// `bound`: of memory, in MiB.
void add_large(Bench& bench, const std::string& name, const Job& job, const Job& bare, double bound) {
    Pairs<Usage> pairs{.to = "floor"};
    double memory = 0;
    for (unsigned round = 0; round < bench.settings().rounds; ++round) {
        pairs.add({bench.run(job), bench.run(bare)});
        memory = std::max(memory, pairs.ours.back().memory);
    }
    add_ratios(bench, name, pairs, both(1.3));
    bench.add({.name = name, .quantity = "peak memory, MiB", .value = memory, .bar = bound, .steady = true});
}

void run_large(Bench& bench, unsigned qos) {
    const std::string size = std::to_string(200 * mebibyte);
    const std::string level = std::to_string(qos);
    const std::string payload = bench.input_file(200 * mebibyte / cycle - 1, cycle);
    constexpr double not_held = 16;
    constexpr double held_once = 200 + not_held;
    const Job publish = {.arguments = bench.command("floor", "pub", {"publish", "--qos", level, "--size", size})};
    const std::string topic = stream_topic(qos, 200 * mebibyte, 1);
    // The floor does not hold messages, and one acknowledgement costs nothing: it is that of QoS 0 for all.
    const Job subscribe = {.arguments = bench.command("floor", "sub", {"subscribe", "--size", size})};
    const Words common = {"-t", "b", "-q", level};
    Words file = common;
    file.insert(file.end(), {"-f", payload});
    Words input = common;
    input.emplace_back("-s");
    add_large(bench, "large-file-q" + level, {.arguments = bench.command("ours", "pub", file)}, publish, not_held);
    add_large(bench, "large-input-q" + level, {.arguments = bench.command("ours", "pub", input), .input_file = payload},
              publish, not_held);
    add_large(bench, "large-sub-q" + level,
              {.arguments = bench.command("ours", "sub", {"-t", topic, "-q", level, "-C", "1", "-N"})}, subscribe,
              held_once);
}

struct RoundTrips {
    std::string name;
    std::string kind;  // "pub" or "sub"
    bool early = false;
    double bar = 0;
};

/// Each round trip that a program waits for costs it the delay there and back.
double count_round_trips(const Bench& bench, const std::string& program, const RoundTrips& one,
                         const std::string& port) {
    constexpr double round_trip = 20'000;  // microseconds
    Words options = {"-t", "b", "-q", "1", "-m", "hi"};
    if (one.kind == "sub") options = {"-t", stream_topic(1, 64, 1), "-q", "1", "-C", "1"};
    if (one.early) options.emplace_back("--early");
    const Usage direct = bench.run({.arguments = bench.command(program, one.kind, options)});
    const Usage delayed = bench.run({.arguments = bench.command(program, one.kind, options, port)});
    return (delayed.wall - direct.wall) / round_trip;
}

void run_round_trips(Bench& bench, const RoundTrips& one) {
    const Child delay(
        {bench.settings().programs + "/mqtts-bench-delay", "--to", bench.port(), "--microseconds", "10000"});
    const std::string port = delay.read_line();
    std::vector<double> ours;
    std::vector<double> theirs;
    for (unsigned round = 0; round < bench.settings().rounds; ++round) {
        ours.push_back(count_round_trips(bench, "ours", one, port));
        if (bench.settings().mosquitto && !one.early)
            theirs.push_back(count_round_trips(bench, "mosquitto", one, port));
    }
    std::string detail = fmt::format("{:.2f} × 20 ms, TLS included", median(ours));
    if (!theirs.empty()) detail += fmt::format("; mosquitto_{} {:.2f}", one.kind, median(theirs));
    bench.add({.name = one.name,
               .quantity = "round trips",
               .value = std::round(median(ours)),
               .bar = one.bar,
               .detail = detail});
}

Latency line_latency(Bench& bench, const std::string& program, const std::string& kind) {
    constexpr unsigned samples = 300;
    constexpr std::size_t size = 64;
    if (kind == "pub") {
        const Words options = program == "floor" ? Words{"line"} : Words{"-t", "line", "-l"};
        Child client(bench.command(program, kind, options));
        const std::string line = std::string(size, 'x') + '\n';
        const Latency latency = measure_latency(client, bench.peer(), {.bytes = line, .answer = 1, .count = samples});
        client.close_input();
        static_cast<void>(bench.peer().read_line());
        return latency;
    }
    const std::string count = std::to_string(samples);
    const Child client(bench.command(program, kind, {"-t", "line/" + count, "-C", count}), Child::Output::direct);
    const Latency latency = measure_latency(bench.peer(), client, {.bytes = "x", .answer = size + 1, .count = samples});
    static_cast<void>(bench.peer().read_line());
    return latency;
}

void run_latency(Bench& bench, const std::string& kind) {
    if (!bench.settings().mosquitto) return;
    Pairs<Latency> pairs;
    for (unsigned round = 0; round < bench.settings().rounds; ++round)
        pairs.add(in_turn(round, [&](const std::string& program) { return line_latency(bench, program, kind); }));
    add_latencies(bench, pairs, "latency-" + kind, {.middle = 1.0, .late = 1.0});
}

}  // namespace

std::vector<Case> single_cases() {
    const std::vector<RoundTrips> round_trips = {{"round-trips-pub", "pub", false, 3},
                                                 {"round-trips-sub", "sub", false, 3},
                                                 {"round-trips-pub-early", "pub", true, 2},
                                                 {"round-trips-sub-early", "sub", true, 2}};
    std::vector<Case> cases = {{"one-shot", run_one_message}, {"one-shot-sub", run_one_message_sub}};
    for (const RoundTrips& one : round_trips)
        cases.push_back({one.name, [one](Bench& bench) { run_round_trips(bench, one); }});
    cases.push_back({"latency-pub", [](Bench& bench) { run_latency(bench, "pub"); }});
    cases.push_back({"latency-sub", [](Bench& bench) { run_latency(bench, "sub"); }});
    cases.push_back({"large-q0", [](Bench& bench) { run_large(bench, 0); }});
    cases.push_back({"large-q1", [](Bench& bench) { run_large(bench, 1); }});
    return cases;
}

}  // namespace mqtts::bench
