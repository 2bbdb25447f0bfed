// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "bench/cases.hpp"
#include "bench/packets.hpp"

namespace mqtts::bench {

namespace {

Job make_job(const Bench& bench, const std::string& kind, unsigned qos, std::uint64_t count) {
    const std::string level = std::to_string(qos);
    if (kind == "pub") {
        return {.arguments = bench.command("ours", kind, {"-t", "b", "-q", level, "-l"}),
                .input_file = bench.input_file(64, count)};
    }
    return {.arguments = bench.command("ours", kind,
                                       {"-t", stream_topic(qos, 64, count), "-q", level, "-C", std::to_string(count)})};
}

/// Neither memory nor CPU for a message grows with their number.
void run_memory(Bench& bench, const std::string& kind, unsigned qos) {
    const std::uint64_t usual = bench.settings().count;
    std::string memories;
    std::string costs;
    std::vector<double> cost;
    double most = 0;
    for (const std::uint64_t count : {usual / 100, usual / 10, usual, usual * 10, usual}) {
        const Usage usage = bench.run(make_job(bench, kind, qos, count));
        const char* const separator = cost.empty() ? "" : ", ";
        cost.push_back(usage.cpu / static_cast<double>(count));
        memories += fmt::format("{}{:.1f} MiB for {}", separator, usage.memory, count);
        costs += fmt::format("{}{:.3f} µs for {}", separator, cost.back(), count);
        most = std::max(most, usage.memory);
    }
    const std::string name = fmt::format("memory-{}-q{}", kind, qos);
    bench.add(
        {.name = name, .quantity = "peak memory, MiB", .value = most, .bar = 12, .detail = memories, .steady = true});
    bench.add({.name = name,
               .quantity = "CPU/message, last / 3rd",  // the first two are mostly the handshake
               .value = 2 * cost[3] / (cost[2] + cost[4]),
               .bar = 1.1,
               .detail = costs,
               .steady = true,
               .reference = {cost[2], cost[4]}});
}

/// The number of calls in the table of "strace -c".
double total_calls(const std::string& path) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (!line.ends_with(" total")) continue;
        std::istringstream columns(line);
        double share = 0;
        double seconds = 0;
        double average = 0;
        double calls = 0;
        columns >> share >> seconds >> average >> calls;
        return calls;
    }
    throw std::runtime_error("strace: no total");
}

void run_system_calls(Bench& bench, const std::string& kind) {
    if (measure({.arguments = {"sh", "-c", "command -v strace"}}).status != 0) return;
    const std::uint64_t count = bench.settings().count;
    Job job = make_job(bench, kind, 1, count);
    const std::string table = bench.file("strace");
    job.arguments.insert(job.arguments.begin(), {"strace", "-f", "-c", "-o", table});
    static_cast<void>(bench.run(job));
    const double calls = total_calls(table);
    bench.add({.name = fmt::format("system-calls-{}-q1", kind),
               .quantity = "calls / message",
               .value = calls / static_cast<double>(count),
               .bar = 0.01,
               .detail = fmt::format("{} calls for {} messages", calls, count),
               .steady = true});
}

double allocations(const Bench& bench, Job job) {
    const std::string path = bench.file("allocations");
    job.environment = {"LD_PRELOAD=" + bench.settings().programs + "/libmqtts-bench-allocations.so",
                       "MQTTS_BENCH_ALLOCATIONS=" + path};
    static_cast<void>(bench.run(job));
    double number = 0;
    if (!(std::ifstream(path) >> number)) throw std::runtime_error("allocations were not counted");
    return number;
}

Job make_floor_job(const Bench& bench, const std::string& kind, std::uint64_t count) {
    return {
        .arguments = bench.command(
            "floor", kind, {kind == "pub" ? "publish" : "subscribe", "--qos", "1", "--count", std::to_string(count)})};
}

/// Beyond the floor's: OpenSSL itself allocates for each record that it writes.
void run_allocations(Bench& bench, const std::string& kind) {
    const std::uint64_t count = bench.settings().count;
    const double messages = static_cast<double>(count) / 2;
    const double ours =
        allocations(bench, make_job(bench, kind, 1, count)) - allocations(bench, make_job(bench, kind, 1, count / 2));
    const double floor = allocations(bench, make_floor_job(bench, kind, count)) -
                         allocations(bench, make_floor_job(bench, kind, count / 2));
    bench.add({.name = fmt::format("allocations-{}-q1", kind),
               .quantity = "allocations / message",
               .value = std::max(0.0, ours - floor) / messages,
               .bar = 0.01,  // a few for each record, none for each message
               .detail = fmt::format("ours {}, floor {} for {} messages", ours, floor, messages),
               .steady = true});
}

}  // namespace

std::vector<Case> growth_cases() {
    std::vector<Case> cases;
    for (const std::string kind : {"pub", "sub"}) {
        for (const unsigned qos : {0U, 1U, 2U}) {
            cases.push_back(
                {fmt::format("memory-{}-q{}", kind, qos), [kind, qos](Bench& bench) { run_memory(bench, kind, qos); }});
        }
        cases.push_back({"system-calls-" + kind, [kind](Bench& bench) { run_system_calls(bench, kind); }});
        cases.push_back({"allocations-" + kind, [kind](Bench& bench) { run_allocations(bench, kind); }});
    }
    return cases;
}

}  // namespace mqtts::bench
