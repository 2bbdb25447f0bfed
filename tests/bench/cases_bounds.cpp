// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "bench/cases.hpp"
#include "bench/packets.hpp"

namespace mqtts::bench {

namespace {

using Words = std::vector<std::string>;

constexpr double flat = 12;  // MiB, whatever comes

void add(Bench& bench, const std::string& name, double memory, double bar, const std::string& detail) {
    bench.add({.name = "bounds-" + name,
               .quantity = "peak memory, MiB",
               .value = memory,
               .bar = bar,
               .detail = detail,
               .steady = true});
}

/// The most of QoS 0, 1 and 2; in a hurry, of 2 alone, which keeps all that the others keep.
void add_most(Bench& bench, const std::string& name, const std::function<double(unsigned qos)>& memory) {
    std::string detail;
    double most = 0;
    for (const unsigned qos : {0U, 1U, 2U}) {
        if (bench.settings().quick && qos < 2) continue;
        const double one = memory(qos);
        detail += fmt::format("{}{:.1f} at QoS {}", detail.empty() ? "" : ", ", one, qos);
        most = std::max(most, one);
    }
    add(bench, name, most, flat, detail);
}

/// The peak memory of a job that does not get on: -W ends it. By then it has long taken all it takes.
double memory_of_stuck(const Bench& bench, Job job, bool peer_waits = true) {
    constexpr int timed_out = 27;
    job.arguments.insert(job.arguments.end(), {"-W", "2"});
    const Usage usage = measure(job);
    if (peer_waits) bench.peer().write("x");
    static_cast<void>(bench.peer().read_line());
    if (usage.status != timed_out) throw std::runtime_error(fmt::format("status {}, not 27", usage.status));
    return usage.memory;
}

/// The peer reads nothing after CONNECT of a client with this identifier.
void run_stuck_broker(Bench& bench) {
    const std::string lines = bench.input_file(64, bench.settings().count * 10);
    add_most(bench, "stuck-broker", [&](unsigned qos) {
        const Words options = {"-i", "stuck", "-t", "b", "-q", std::to_string(qos), "-l"};
        return memory_of_stuck(bench, {.arguments = bench.command("ours", "pub", options), .input_file = lines});
    });
}

void run_stuck_reader(Bench& bench) {
    const std::string fifo = bench.fifo("stuck");
    const test::FileDescriptor reader(::open(fifo.c_str(), O_RDWR | O_CLOEXEC));  // and never reads
    add_most(bench, "stuck-reader", [&](unsigned qos) {
        const Words options = {"-t", stream_topic(qos, 64, bench.settings().count * 10), "-q", std::to_string(qos)};
        return memory_of_stuck(bench, {.arguments = bench.command("ours", "sub", options), .output_file = fifo}, false);
    });
}

/// What has to be sent again is held, and its copy that is being sent.
void run_line(Bench& bench) {
    constexpr int size = 64;  // MiB
    const std::string path = bench.file("line");
    std::ofstream file(path);
    for (int i = 0; i < size; ++i)  // in pieces: what we have in memory counts as the client's, see CMakeLists.txt
        file << std::string(mebibyte, 'x');
    if (!(file << '\n').flush()) throw std::runtime_error(path + ": not written");
    const Job job = {.arguments = bench.command("ours", "pub", {"-t", "b", "-q", "1", "-l"}), .input_file = path};
    add(bench, "line", bench.run(job, bench.settings().verify ? 0 : 1).memory, 2 * size + 16, "64 MiB, QoS 1");
}

void run_announced(Bench& bench) {
    const Job job = {.arguments = bench.command("ours", "sub", {"-t", "announced"})};
    add(bench, "announced", memory_of_stuck(bench, job), flat, "256 MiB that do not come");
}

void run_subscriptions(Bench& bench) {
    Words options = {"-E", "-q", "1"};
    for (int i = 0; i < 1000; ++i)
        options.insert(options.end(), {"-t", fmt::format("many/{}/#", i)});
    const Job job = {.arguments = bench.command("ours", "sub", options)};
    add(bench, "subscriptions", bench.run(job).memory, flat, "1000 Topic Filters");
}

}  // namespace

std::vector<Case> bounds_cases() {
    return {{"bounds-stuck-broker", run_stuck_broker},
            {"bounds-stuck-reader", run_stuck_reader},
            {"bounds-line", run_line},
            {"bounds-announced", run_announced},
            {"bounds-subscriptions", run_subscriptions}};
}

}  // namespace mqtts::bench
