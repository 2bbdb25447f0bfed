// SPDX-License-Identifier: Apache-2.0
// A stream over a long or slow way to a real broker: ours as it is, and ours without pauses before reads. A pause that
// gathers packets must never make a stream slower.
#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

#include "bench/broker.hpp"
#include "bench/cases.hpp"
#include "bench/ratios.hpp"

namespace mqtts::bench {

namespace {

using Words = std::vector<std::string>;

constexpr double bar = 1.05;

struct Link {
    unsigned round_trip = 0;  // milliseconds
    unsigned megabits = 0;    // a second
    std::uint64_t count = 0;  // messages that take some seconds
};

struct LinkFlow {
    std::string kind;
    unsigned qos = 0;
    Link link;

    [[nodiscard]] std::string name() const {
        return fmt::format("links-{}-q{}-{}ms-{}mbit", kind, qos, link.round_trip, link.megabits);
    }
};

Job link_job(const Bench& bench, const LinkFlow& flow, const std::string& client, const std::string& port,
             const std::string& pacing) {
    Words options = {"-i", client, "-t", "b", "-q", std::to_string(flow.qos)};
    if (flow.kind == "pub")
        options.emplace_back("-l");
    else
        options.insert(options.end(), {"-C", std::to_string(flow.link.count), "-W", "300"});
    Job job{.arguments = bench.command("ours", flow.kind, options, port)};
    if (flow.kind == "pub") job.input_file = bench.input_file(64, flow.link.count);
    if (!pacing.empty()) job.environment = {"MQTTS_READ_PACING=" + pacing};
    return job;
}

/// A subscriber is measured from the moment in which a publisher next to the broker begins to feed it.
Usage measure_over_link(const Bench& bench, Broker& broker, const LinkFlow& flow, const std::string& port,
                        const std::string& pacing) {
    const std::string client = broker.new_client();
    Job job = link_job(bench, flow, client, port, pacing);
    if (flow.kind == "pub") return measure(job);
    job.output_file = bench.file("output");
    std::filesystem::remove(job.output_file);
    const Running running = start(job);
    broker.wait_until_subscribed(client, flow.qos);
    const auto begin = std::chrono::steady_clock::now();
    LinkFlow feeding = flow;
    feeding.kind = "pub";
    const Usage fed = measure(link_job(bench, feeding, broker.new_client(), broker.port(), ""));
    Usage usage = finish(running);
    usage.wall = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
    if (usage.status == 0) usage.status = fed.status;
    return usage;
}

void run_link(Bench& bench, const LinkFlow& flow) {
    if (!Broker::is_installed()) return;
    Broker broker(bench);
    const Child way({bench.settings().programs + "/mqtts-bench-delay", "--to", broker.port(), "--microseconds",
                     std::to_string(flow.link.round_trip * 500), "--megabits", std::to_string(flow.link.megabits)});
    const std::string port = way.read_line();
    Pairs<Usage> pairs{.to = "without pauses"};
    for (unsigned round = 0; round < bench.settings().rounds; ++round) {
        const auto measured = [&](bool paced) {
            const Usage usage = measure_over_link(bench, broker, flow, port, paced ? "" : "never");
            if (usage.status != 0) throw std::runtime_error(fmt::format("status {}", usage.status));
            return usage;
        };
        const bool paced_first = round % 2 == 0;
        const Usage first = measured(paced_first);
        const Usage second = measured(!paced_first);
        pairs.add(paced_first ? std::pair(first, second) : std::pair(second, first));
    }
    const std::string to = " / " + pairs.to;
    add_ratio(bench, pairs, &Usage::wall, in_milliseconds,
              {.name = flow.name(),
               .quantity = "wall" + to,
               .bar = bar,
               .detail = fmt::format("{} messages", flow.link.count)});
    add_ratio(bench, pairs, &Usage::cpu, in_milliseconds, {.name = flow.name(), .quantity = "CPU" + to, .bar = bar});
}

}  // namespace

std::vector<Case> link_cases() {
    std::vector<Case> cases;
    for (const Link& link : {Link{1, 1, 2'000}, Link{20, 1, 2'000}, Link{100, 1, 2'000}, Link{1, 100, 50'000},
                             Link{20, 100, 50'000}, Link{100, 100, 20'000}}) {
        for (const auto& [kind, qos] : {std::pair("pub", 1U), std::pair("pub", 2U), std::pair("sub", 0U),
                                        std::pair("sub", 1U), std::pair("sub", 2U)}) {
            const LinkFlow flow{kind, qos, link};
            cases.push_back({flow.name(), [flow](Bench& bench) { run_link(bench, flow); }});
        }
    }
    return cases;
}

}  // namespace mqtts::bench
