// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "bench/broker.hpp"
#include "bench/cases.hpp"

namespace mqtts::bench {

namespace {

struct Passage {
    double cpu = 0;   // of publisher, broker and subscriber, in microseconds
    double wall = 0;  // from the start of the publisher to the end of the subscriber, in microseconds
    std::uint64_t arrived = 0;
};

std::uint64_t count_lines(const std::string& path) {
    std::ifstream file(path);
    return static_cast<std::uint64_t>(std::count(std::istreambuf_iterator<char>(file), {}, '\n'));
}

Passage pass(const Bench& bench, const Broker& broker, const std::string& program, unsigned qos, std::uint64_t count) {
    const std::string level = std::to_string(qos);
    const std::string output = bench.file("output");
    // -W: who waits for a lost message waits for ever.
    const Running subscriber =
        start({.arguments = bench.command(
                   program, "sub", {"-t", "b", "-q", level, "-C", std::to_string(count), "-W", "20"}, broker.port()),
               .output_file = output});
    broker.wait_for_log(fmt::format(" {} b", qos));
    const double broker_before = broker.cpu();
    const auto begin = std::chrono::steady_clock::now();
    const Usage publishing =
        measure({.arguments = bench.command(program, "pub", {"-t", "b", "-q", level, "-l"}, broker.port()),
                 .input_file = bench.input_file(64, count)});
    const Usage subscribing = finish(subscriber);
    const std::chrono::duration<double, std::micro> wall = std::chrono::steady_clock::now() - begin;
    const Passage passage = {.cpu = publishing.cpu + subscribing.cpu + broker.cpu() - broker_before,
                             .wall = wall.count(),
                             .arrived = count_lines(output)};
    if (program == "ours" && (publishing.status != 0 || subscribing.status != 0 || passage.arrived != count)) {
        throw std::runtime_error(fmt::format("{} of {} messages arrived; status {} and {}", passage.arrived, count,
                                             publishing.status, subscribing.status));
    }
    return passage;
}

void add_ratio(Bench& bench, const std::string& quantity, const std::string& name, double Passage::*member,
               const std::vector<std::pair<Passage, Passage>>& rounds, const std::string& detail) {
    std::vector<double> ratios;
    std::vector<double> ours;
    std::vector<double> theirs;
    for (const auto& [us, them] : rounds) {
        ours.push_back(us.*member / 1000);
        theirs.push_back(them.*member / 1000);
        ratios.push_back(ours.back() / theirs.back());
    }
    bench.add(
        {.name = name,
         .quantity = quantity + " / mosquitto's pair",
         .value = median(ratios),
         .bar = 1.0,
         .detail = fmt::format("ours {:.0f} ms, mosquitto {:.0f} ms for {}", median(ours), median(theirs), detail)});
}

/// As many for both pairs: they take a second or two.
std::uint64_t broker_count(const Bench& bench, unsigned qos) {
    const std::uint64_t usual = std::max<std::uint64_t>(bench.settings().count, 100);
    if (qos == 0) return std::min<std::uint64_t>(usual * 15 / 100, 300'000);
    return std::min<std::uint64_t>(usual * 6 / 100, 60'000);  // mosquitto_pub loses of more
}

/// QoS 2 is left out: when the subscriber has fallen behind for once, mosquitto 2.0 works off its backlog twenty times
/// slower than at QoS 1, or does not get to the end of it. The figure would be by chance one of that.
void run_broker(Bench& bench, unsigned qos) {
    if (!bench.settings().mosquitto || !Broker::is_installed()) return;
    const std::uint64_t count = broker_count(bench, qos);
    const Broker broker(bench);
    std::vector<std::pair<Passage, Passage>> rounds;
    std::string lost;
    for (unsigned round = 0; round < bench.settings().rounds; ++round) {
        const Passage ours = pass(bench, broker, "ours", qos, count);
        const Passage theirs = pass(bench, broker, "mosquitto", qos, count);
        if (theirs.arrived == count) {
            rounds.emplace_back(ours, theirs);
        } else {  // then its subscriber ended by the clock
            lost += fmt::format("; mosquitto's lost {} in a round that does not count", count - theirs.arrived);
        }
    }
    const std::string name = fmt::format("broker-q{}", qos);
    if (rounds.empty()) {
        fmt::print(stderr, "{}: no round of mosquitto's pair was complete{}\n", name, lost);
        return;
    }
    const std::string detail = std::to_string(count) + " messages" + lost;
    add_ratio(bench, "CPU", name, &Passage::cpu, rounds, detail);
    add_ratio(bench, "wall", name, &Passage::wall, rounds, detail);
}

}  // namespace

std::vector<Case> broker_cases() {
    return {{"broker-q0", [](Bench& bench) { run_broker(bench, 0); }},
            {"broker-q1", [](Bench& bench) { run_broker(bench, 1); }}};
}

}  // namespace mqtts::bench
