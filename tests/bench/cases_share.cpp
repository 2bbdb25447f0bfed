// SPDX-License-Identifier: Apache-2.0
// Single messages one after the other, through a real broker: a call for each, which shares the connection of the
// first, beside mosquitto_pub and beside our own calls that have a connection each.
#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "bench/broker.hpp"
#include "bench/cases.hpp"
#include "bench/ratios.hpp"

namespace mqtts::bench {

namespace {

using Words = std::vector<std::string>;

const Words one_message = {"-t", "b", "-q", "1", "-m", "hi"};

/// Calls of one kind, in a directory of their own. Ends their keeper.
class Calls {
public:
    /// `program`: "shared", "alone" (both ours) or "mosquitto".
    Calls(const Bench& bench, std::string program, std::string port)
        : bench_(bench), program_(std::move(program)), port_(std::move(port)) {}
    Calls(const Calls&) = delete;
    Calls& operator=(const Calls&) = delete;
    ~Calls() { end_keeper(); }

    void end_keeper() const {
        if (program_ == "shared") static_cast<void>(measure(job({"--share=0"})));
    }

    [[nodiscard]] Usage call() const {
        const Usage usage = measure(job(one_message));
        if (usage.status != 0) throw std::runtime_error(fmt::format("{}: status {}", program_, usage.status));
        return usage;
    }

    /// The process of the keeper.
    [[nodiscard]] pid_t keeper() const {
        Job status = job({"--share-status=json"});
        status.output_file = bench_.file("share-status");
        if (measure(status).status != 0) throw std::runtime_error("--share-status failed");
        std::ifstream file(status.output_file);
        std::ostringstream text;
        text << file.rdbuf();
        const std::string name = "\"process\":";
        const std::size_t at = text.str().find(name);
        if (at == std::string::npos) throw std::runtime_error("there is no keeper");
        return static_cast<pid_t>(std::stoul(text.str().substr(at + name.size())));
    }

private:
    [[nodiscard]] Job job(Words options) const {
        if (program_ == "shared" && options == one_message) options.emplace_back("--share");
        const std::string program = program_ == "mosquitto" ? "mosquitto" : "ours";
        return {.arguments = bench_.command(program, "pub", options, port_),
                .environment = {"XDG_RUNTIME_DIR=" + directory_.path()}};
    }

    const Bench& bench_;
    std::string program_;
    std::string port_;
    test::TemporaryDirectory directory_;
};

double cpu_of(pid_t process) {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0)
        throw std::runtime_error("the keeper has ended");
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

struct Sequence {
    double wall = 0;    // of all calls, in microseconds
    double cpu = 0;     // of all our processes
    double broker = 0;  // CPU
};

Sequence run_sequence(const Bench& bench, const Broker& broker, const std::string& program, unsigned count) {
    const Calls calls(bench, program, broker.port());
    Sequence all;
    const double before = broker.cpu();
    for (unsigned i = 0; i < count; ++i) {
        const Usage usage = calls.call();
        all.wall += usage.wall;
        all.cpu += usage.cpu;
    }
    all.broker = broker.cpu() - before;
    if (program == "shared") all.cpu += cpu_of(calls.keeper());
    return all;
}

void add_sequences(Bench& bench, const Pairs<Sequence>& pairs, const Sequence& bars, unsigned count) {
    const std::string to = " / " + pairs.to;
    const std::string name = "share-calls";
    const std::string detail = fmt::format("{} calls", count);
    add_ratio(bench, pairs, &Sequence::wall, in_milliseconds,
              {.name = name, .quantity = "wall" + to, .bar = bars.wall, .detail = detail});
    add_ratio(bench, pairs, &Sequence::cpu, in_milliseconds,
              {.name = name, .quantity = "CPU" + to, .bar = bars.cpu, .detail = detail});
    add_ratio(bench, pairs, &Sequence::broker, in_milliseconds,
              {.name = name, .quantity = "CPU of the broker" + to, .bar = bars.broker, .detail = detail});
}

void run_calls(Bench& bench) {
    if (!bench.settings().mosquitto || !Broker::is_installed()) return;
    const auto count = static_cast<unsigned>(std::clamp<std::uint64_t>(bench.settings().count / 2000, 20, 500));
    const Broker broker(bench);
    for (const std::string other : {"mosquitto", "alone"}) {
        Pairs<Sequence> pairs{.to = other == "alone" ? "without --share" : other};
        for (unsigned round = 0; round < bench.settings().rounds; ++round)
            pairs.add(in_turn(round, [&](const std::string& program) {
                return run_sequence(bench, broker, program == "ours" ? "shared" : other, count);
            }));
        add_sequences(bench, pairs, {.wall = 0.3, .cpu = 0.3, .broker = 0.25}, count);
    }
}

/// A served call over a long way takes one round trip, and its own start.
void run_far(Bench& bench) {
    if (!bench.settings().mosquitto || !Broker::is_installed()) return;
    constexpr double round_trip = 20'000;  // microseconds
    const Broker broker(bench);
    const Child delay(
        {bench.settings().programs + "/mqtts-bench-delay", "--to", broker.port(), "--microseconds", "10000"});
    const std::string port = delay.read_line();
    const Calls shared(bench, "shared", port);
    const Calls theirs(bench, "mosquitto", port);
    static_cast<void>(shared.call());
    Pairs<double> pairs{.to = "20 ms"};
    double mosquitto = 0;
    const unsigned runs = 10 * bench.settings().rounds;
    for (unsigned run = 0; run < runs; ++run) {
        pairs.add({shared.call().wall, round_trip});
        mosquitto += theirs.call().wall / round_trip / runs;
    }
    add_ratio(bench, pairs, in_milliseconds,
              {.name = "share-20ms",
               .quantity = "wall / round trip",
               .bar = 1.3,
               .detail = fmt::format("mosquitto_pub {:.2f}", mosquitto)});
}

/// What a call adds that finds no keeper, in a directory that has had one: the very first call since the login also
/// makes a key there. Some of the later calls may never come.
void run_first(Bench& bench) {
    if (!Broker::is_installed()) return;
    constexpr unsigned runs = 20;  // of each, in a round
    const Broker broker(bench);
    const Calls shared(bench, "shared", broker.port());
    const Calls alone(bench, "alone", broker.port());
    static_cast<void>(shared.call());
    Pairs<Usage> pairs{.to = "without --share"};
    for (unsigned run = 0; run < runs * bench.settings().rounds; ++run) {
        shared.end_keeper();
        pairs.add(
            in_turn(run, [&](const std::string& program) { return (program == "ours" ? shared : alone).call(); }));
    }
    add_ratios(bench, "share-first", pairs, {.cpu = 1.05, .wall = 1.05});
}

/// What a keeper holds while nobody calls.
void run_memory(Bench& bench) {
    if (!Broker::is_installed()) return;
    const Broker broker(bench);
    const Calls calls(bench, "shared", broker.port());
    for (unsigned i = 0; i < 20; ++i)
        static_cast<void>(calls.call());
    std::ifstream file(fmt::format("/proc/{}/status", calls.keeper()));
    double memory = 0;
    std::string detail;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("VmRSS:")) memory = std::stod(line.substr(6)) / 1024;
        if (line.starts_with("RssAnon:")) detail = fmt::format("{:.1f} of its own", std::stod(line.substr(8)) / 1024);
    }
    bench.add({.name = "share-memory",
               .quantity = "resident, MiB",
               .value = memory,
               .bar = 10,
               .detail = detail,
               .steady = true});
}

}  // namespace

std::vector<Case> share_cases() {
    return {
        {"share-calls", run_calls}, {"share-20ms", run_far}, {"share-first", run_first}, {"share-memory", run_memory}};
}

}  // namespace mqtts::bench
