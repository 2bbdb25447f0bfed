// SPDX-License-Identifier: Apache-2.0
// A command for each message, through a real broker that has kept all of them: what mqtts-sub adds to what it costs to
// start a command, which xargs(1) tells over the same lines.
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "bench/broker.hpp"
#include "bench/cases.hpp"
#include "bench/ratios.hpp"

namespace mqtts::bench {

namespace {

using Words = std::vector<std::string>;

constexpr double not_much_more = 1 / 0.9;  // time, where the rate is to be 0.9 times that of the other

/// A session with messages of QoS 1 that wait for it, and the command line of what handles them.
class Backlog {
public:
    /// `lines`: a file, each of its lines a message.
    Backlog(const Bench& bench, Broker& broker, const std::string& lines, const std::string& version = "5")
        : bench_(bench),
          port_(broker.port()),
          client_(broker.new_client()),
          session_({"-V", version, "-c", "-i", client_, "-t", "jobs/" + client_, "-q", "1"}) {
        Words subscribe = session_;
        subscribe.emplace_back("-E");
        run({.arguments = bench.command("ours", "sub", subscribe, port_)});
        const Words publish = {"-t", "jobs/" + client_, "-q", "1", "-l"};
        run({.arguments = bench.command("ours", "pub", publish, port_), .input_file = lines});
    }

    /// Handles `count` of them.
    [[nodiscard]] Usage handle(std::uint64_t count, unsigned jobs, const std::string& command,
                               const Words& environment = {}) const {
        Words words = session_;
        words.insert(words.end(), {"-C", std::to_string(count), "--jobs", std::to_string(jobs), "--exec", command});
        return run({.arguments = bench_.command("ours", "sub", words, port_), .environment = environment});
    }

private:
    static Usage run(const Job& job) {
        const Usage usage = measure(job);
        if (usage.status != 0) throw std::runtime_error(fmt::format("{}: status {}", job.arguments[0], usage.status));
        return usage;
    }

    const Bench& bench_;
    std::string port_;
    std::string client_;
    Words session_;
};

Usage run_xargs(const std::string& lines, unsigned jobs) {
    const Usage usage =
        measure({.arguments = {"xargs", "-d", "\n", "-n", "1", "-P", std::to_string(jobs), "sh", "-c", "exec true"},
                 .input_file = lines});
    if (usage.status != 0) throw std::runtime_error(fmt::format("xargs: status {}", usage.status));
    return usage;
}

/// Messages per second: the connection and its end are part of the time.
void run_rate(Bench& bench, unsigned jobs) {
    if (!Broker::is_installed()) return;
    const std::uint64_t count = std::max<std::uint64_t>(bench.settings().count / 500, 100);
    const std::string lines = bench.input_file(64, count);
    Broker broker(bench);
    Pairs<Usage> pairs{.to = jobs == 1 ? "xargs" : fmt::format("xargs -P {}", jobs)};
    for (unsigned round = 0; round < bench.settings().rounds; ++round) {
        const Backlog backlog(bench, broker, lines);
        pairs.add(in_turn(round, [&](const std::string& program) {
            return program == "ours" ? backlog.handle(count, jobs, "exec true") : run_xargs(lines, jobs);
        }));
    }
    add_ratio(bench, pairs, &Usage::wall, in_milliseconds,
              {.name = fmt::format("exec-jobs-{}", jobs),
               .quantity = "wall / " + pairs.to,
               .bar = not_much_more,
               .detail = fmt::format("{} messages", count)});
}

/// Commands that wait do so side by side.
void run_waiting(Bench& bench) {
    if (!Broker::is_installed()) return;
    constexpr std::uint64_t count = 80;
    constexpr double six_times_faster = 1.0 / 6;
    const std::string lines = bench.input_file(64, count);
    Broker broker(bench);
    Pairs<Usage> pairs{.to = "--jobs 1"};
    for (unsigned round = 0; round < bench.settings().rounds; ++round) {
        pairs.add(in_turn(round, [&](const std::string& program) {
            return Backlog(bench, broker, lines).handle(count, program == "ours" ? 8 : 1, "sleep 0.05");
        }));
    }
    add_ratio(bench, pairs, &Usage::wall, in_milliseconds,
              {.name = "exec-waiting",
               .quantity = "wall of --jobs 8 / --jobs 1",
               .bar = six_times_faster,
               .detail = fmt::format("{} times sleep 0.05", count)});
}

/// Of mqtts-sub, or of its largest command, which `true` is not.
void run_memory(Bench& bench) {
    if (!Broker::is_installed()) return;
    const std::uint64_t count = std::max<std::uint64_t>(bench.settings().count / 20, 1'000);
    const std::string lines = bench.input_file(1024, count);
    Broker broker(bench);
    double most = 0;
    std::string detail = fmt::format("{} messages of 1 KiB:", count);
    for (const std::string version : {"5", "311"}) {
        for (const unsigned jobs : {1U, 8U}) {
            const Usage usage = Backlog(bench, broker, lines, version).handle(500, jobs, "exec true");
            if (usage.memory <= usage.starter) throw std::runtime_error("mqtts-bench itself needs more memory");
            most = std::max(most, usage.memory);
            detail += fmt::format(" {:.1f} (-V {} --jobs {})", usage.memory, version, jobs);
        }
    }
    bench.add({.name = "exec-memory",
               .quantity = "peak memory, MiB",
               .value = most,
               .bar = 14,
               .detail = detail,
               .steady = true});
}

/// What a command costs does not depend on how much memory mqtts-sub holds: its page tables are not copied. What the
/// start of mqtts-sub costs is taken off.
void run_resident(Bench& bench) {
    if (!Broker::is_installed()) return;
    constexpr std::uint64_t few = 100;
    constexpr std::uint64_t many = 1'100;
    const std::string lines = bench.input_file(64, few + many);
    Broker broker(bench);
    const auto time_of_command = [&](const Words& environment) {
        const Backlog backlog(bench, broker, lines);
        const double start = backlog.handle(few, 1, "exec true", environment).wall;
        return (backlog.handle(many, 1, "exec true", environment).wall - start) / static_cast<double>(many - few);
    };
    const Words loaded = {"LD_PRELOAD=" + bench.settings().programs + "/libmqtts-bench-resident.so",
                          "MQTTS_BENCH_RESIDENT=200"};
    Pairs<double> pairs{.to = "without"};
    for (unsigned round = 0; round < bench.settings().rounds; ++round)
        pairs.add(in_turn(
            round, [&](const std::string& program) { return time_of_command(program == "ours" ? loaded : Words{}); }));
    add_ratio(bench, pairs, in_microseconds,
              {.name = "exec-resident", .quantity = "wall with 200 MiB / without", .bar = 1.2, .detail = "a command"});
}

}  // namespace

std::vector<Case> exec_cases() {
    return {{"exec-jobs-1", [](Bench& bench) { run_rate(bench, 1); }},
            {"exec-jobs-2", [](Bench& bench) { run_rate(bench, 2); }},
            {"exec-waiting", run_waiting},
            {"exec-memory", run_memory},
            {"exec-resident", run_resident}};
}

}  // namespace mqtts::bench
