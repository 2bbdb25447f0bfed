// SPDX-License-Identifier: Apache-2.0
// Many messages through a real broker: what the publisher costs, or the subscriber, and what the broker does for it.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stdexcept>

#include "bench/broker.hpp"
#include "bench/cases.hpp"
#include "bench/ratios.hpp"

namespace mqtts::bench {

namespace {

using Words = std::vector<std::string>;

/// What one end cost. The wall time of a subscriber begins with the publisher that feeds it.
struct EndCost : Usage {
    double broker_cpu = 0;  // meanwhile, in microseconds
};

struct EndBars {
    double wall = 0;
    double cpu = 0;
    double memory = 0;
    double broker_cpu = 0;
};

struct Flow {
    std::string kind;  // "pub" or "sub": whose cost is measured
    unsigned qos = 0;
    EndBars bars;
    double recorded = 0;  // see Figure; of the CPU, for the few messages of bench_smoke
    std::size_t size = 64;
    bool pipe = false;  // the subscriber's output is read by cat; else it is a file

    [[nodiscard]] std::string name() const {
        return fmt::format("broker-{}{}-q{}{}", kind, size == 64 ? "" : "-1k", qos, pipe ? "-pipe" : "");
    }
};

/// OpenSSL alone, which does the same as far as the broker can see.
Job floor_job(const Bench& bench, const Broker& broker, const Flow& flow, const std::string& client,
              std::uint64_t count) {
    const std::string job = flow.kind == "pub" ? "publish" : "subscribe";
    return {.arguments = bench.command("floor", flow.kind,
                                       {job, "--topic", "b", "--client", client, "--qos", std::to_string(flow.qos),
                                        "--size", std::to_string(flow.size), "--count", std::to_string(count)},
                                       broker.port())};
}

Job publisher_job(const Bench& bench, const Broker& broker, const Flow& flow, const std::string& program,
                  const std::string& client, std::uint64_t count) {
    if (program == "floor") return floor_job(bench, broker, flow, client, count);
    const Words options = {"-i", client, "-t", "b", "-q", std::to_string(flow.qos), "-l"};
    return {.arguments = bench.command(program, "pub", options, broker.port()),
            .input_file = bench.input_file(flow.size, count)};
}

/// Both receive QoS 2 by MQTT 3.1.1. By MQTT 5, mosquitto 2.0 sends a mosquitto_sub that has fallen behind more than
/// its Receive Maximum allows, and that one leaves.
Job subscriber_job(const Bench& bench, const Broker& broker, const Flow& flow, const std::string& program,
                   const std::string& client, std::uint64_t count) {
    if (program == "floor") return floor_job(bench, broker, flow, client, count);
    Words options = {"-i", client, "-t", "b", "-q", std::to_string(flow.qos), "-C", std::to_string(count)};
    options.insert(options.end(), {"-W", "60"});  // who waits for a lost message waits forever
    if (flow.qos == 2) options.insert(options.end(), {"-V", "311"});
    return {.arguments = bench.command(program, "sub", options, broker.port())};
}

EndCost measure_publisher(const Bench& bench, Broker& broker, const Flow& flow, const std::string& program,
                          std::uint64_t count) {
    const std::string client = broker.new_client();
    const double before = broker.cpu();
    EndCost cost{measure(publisher_job(bench, broker, flow, program, client, count))};
    if (cost.status == 0) broker.wait_until_gone(client);
    cost.broker_cpu = broker.cpu() - before;
    return cost;
}

/// Status 0: all have arrived.
EndCost measure_subscriber(const Bench& bench, Broker& broker, const Flow& flow, const std::string& publisher,
                           const std::string& subscriber, std::uint64_t count) {
    const std::string client = broker.new_client();
    Job job = subscriber_job(bench, broker, flow, subscriber, client, count);
    job.output_file = bench.file("output");
    std::filesystem::remove(job.output_file);  // or the client would pay for what the last one wrote
    const auto reader = flow.pipe ? bench.pipe_through_cat(job) : nullptr;
    const Running running = start(job);
    broker.wait_until_subscribed(client, flow.qos);
    const double before = broker.cpu();
    const auto begin = std::chrono::steady_clock::now();
    const Usage feeding = measure(publisher_job(bench, broker, flow, publisher, broker.new_client(), count));
    EndCost cost{finish(running)};
    cost.wall = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
    if (cost.status == 0 && feeding.status == 0) broker.wait_until_gone(client);
    cost.broker_cpu = broker.cpu() - before;
    if (reader) static_cast<void>(reader->read_line());
    const bool whole =
        reader || subscriber == "floor" || std::filesystem::file_size(job.output_file) == count * (flow.size + 1);
    if (cost.status == 0 && (!whole || feeding.status != 0)) cost.status = 1;
    return cost;
}

/// That all of the publisher's messages reach the broker, before it is measured how soon. Empty, or what is to be told.
std::string check_arrival(const Bench& bench, Broker& broker, const Flow& flow, std::uint64_t count) {
    if (measure_subscriber(bench, broker, flow, "ours", "ours", count).status != 0)
        throw std::runtime_error("not all messages arrived");
    const bool whole = measure_subscriber(bench, broker, flow, "mosquitto", "ours", count).status == 0;
    return whole ? "" : "; mosquitto_pub's did not all arrive";
}

void add_figures(Bench& bench, const Flow& flow, const Pairs<EndCost>& pairs, const std::string& note) {
    for (const auto& costs : {pairs.ours, pairs.theirs}) {
        if (std::ranges::any_of(costs, [](const EndCost& cost) { return cost.memory <= cost.starter; }))
            throw std::runtime_error("what is measured needs less memory than mqtts-bench, and its peak is not told");
    }
    const std::string name = flow.name();
    const std::string to = " / " + pairs.to;
    add_ratio(bench, pairs, &EndCost::wall, in_milliseconds,
              {.name = name, .quantity = "wall" + to, .bar = flow.bars.wall, .detail = note});
    add_ratio(bench, pairs, &EndCost::cpu, in_milliseconds,
              {.name = name, .quantity = "CPU" + to, .bar = flow.bars.cpu, .steady = true, .recorded = flow.recorded});
    add_ratio(bench, pairs, &EndCost::memory, in_mebibytes,
              {.name = name, .quantity = "memory" + to, .bar = flow.bars.memory});
    add_ratio(bench, pairs, &EndCost::broker_cpu, in_milliseconds,
              {.name = name, .quantity = "broker's CPU" + to, .bar = flow.bars.broker_cpu});
}

/// How ours compares with OpenSSL alone, through the same broker: what is left is the system's and OpenSSL's.
void add_floor(Bench& bench, const Flow& flow, const Pairs<EndCost>& floor) {
    const std::string to = " / " + floor.to;
    add_ratio(bench, floor, &EndCost::wall, in_milliseconds,
              {.name = flow.name(), .quantity = "wall" + to, .bar = 1.0});
    add_ratio(bench, floor, &EndCost::cpu, in_milliseconds, {.name = flow.name(), .quantity = "CPU" + to, .bar = 1.2});
}

/// mosquitto_pub loses messages of more than 60,000; mosquitto_sub works off a backlog of QoS 2 slower and slower.
std::uint64_t message_count(const Bench& bench, const Flow& flow) {
    const bool slow = flow.kind == "sub" && flow.qos == 2;
    const unsigned part = slow || bench.settings().quick ? 50 : 20;  // of the messages through the stand-in
    return std::clamp<std::uint64_t>(bench.settings().count / part, 1, slow ? 20'000 : 60'000);
}

void run_flow(Bench& bench, const Flow& flow) {
    if (!bench.settings().mosquitto || !Broker::is_installed()) return;
    const std::uint64_t count = message_count(bench, flow);
    Broker broker(bench);
    std::string note = fmt::format("{} messages", count);
    if (flow.kind == "pub" && !bench.settings().quick) note += check_arrival(bench, broker, flow, count);
    Pairs<EndCost> pairs{.to = "mosquitto_" + flow.kind};
    Pairs<EndCost> floor{.to = "OpenSSL alone"};
    unsigned unfinished = 0;
    for (unsigned round = 0; round < bench.settings().rounds; ++round) {
        const auto cost_of = [&](const std::string& program) {
            return flow.kind == "pub" ? measure_publisher(bench, broker, flow, program, count)
                                      : measure_subscriber(bench, broker, flow, "ours", program, count);
        };
        const auto pair = in_turn(round, cost_of);
        if (pair.first.status != 0) throw std::runtime_error(fmt::format("ours: status {}", pair.first.status));
        if (pair.second.status != 0) ++unfinished;
        if (pair.second.status == 0) pairs.add(pair);
        // Of QoS 2, OpenSSL alone publishes more at once than mosquitto takes.
        if (bench.settings().quick || flow.pipe || (flow.kind == "pub" && flow.qos == 2)) continue;
        const EndCost alone = cost_of("floor");
        if (alone.status != 0) throw std::runtime_error(fmt::format("OpenSSL alone: status {}", alone.status));
        floor.add({pair.first, alone});
    }
    if (unfinished > 0) note += fmt::format("; {} did not finish {} more rounds", pairs.to, unfinished);
    if (pairs.ours.empty()) {
        fmt::print(stderr, "{}: {}\n", flow.name(), note);
        return;
    }
    add_figures(bench, flow, pairs, note);
    if (!floor.ours.empty()) add_floor(bench, flow, floor);
}

/// Short messages, of each QoS; the same with 1 KiB and with a pipe. In a hurry, those that a doubled cost shows in.
std::vector<Flow> flows(bool smoke) {
    const std::vector<Flow> publishers = {{"pub", 0, {.15, .10, .9, 1.0}, .77},
                                          {"pub", 1, {.52, .17, .9, .8}, 1.1},
                                          {"pub", 2, {.52, .20, .9, 1.0}, 1.2}};
    const std::vector<Flow> subscribers = {{"sub", 0, {1.0, .20, 1.0, 1.0}, 1.2},
                                           {"sub", 1, {.85, .17, 1.0, .8}, .93},
                                           {"sub", 2, {.25, .15, 1.0, 1.0}, .98}};
    std::vector<Flow> all = publishers;
    const auto add = [&](const std::vector<Flow>& some, std::size_t size, bool pipe) {
        for (Flow flow : some) {
            flow.size = size;
            flow.pipe = pipe;
            all.push_back(flow);
        }
    };
    if (!smoke) add({publishers[0], publishers[1]}, 1024, false);
    add(subscribers, 64, false);
    if (!smoke) add(subscribers, 1024, false);
    if (!smoke) add(subscribers, 64, true);
    if (!smoke) add(subscribers, 1024, true);
    return all;
}

}  // namespace

std::vector<Case> broker_stream_cases(bool smoke) {
    std::vector<Case> cases;
    for (const Flow& flow : flows(smoke))
        cases.push_back({flow.name(), [flow](Bench& bench) { run_flow(bench, flow); }});
    return cases;
}

}  // namespace mqtts::bench
