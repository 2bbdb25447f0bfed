// SPDX-License-Identifier: Apache-2.0
// One line after the other through a real broker: how long each takes. QoS 0, as both programs have it by default.
#include <optional>

#include "bench/broker.hpp"
#include "bench/cases.hpp"
#include "bench/latency.hpp"

namespace mqtts::bench {

namespace {

using Words = std::vector<std::string>;

/// From a line into a publisher to the line out of a subscriber; with an echo, `sub | pub -l`, in between, twice.
struct Trip {
    std::string name;
    bool echo = false;
    unsigned count = 0;
    std::chrono::milliseconds pause{0};  // between the beginnings of two
    Latency bars;
};

constexpr unsigned first_lines = 10;  // until all are connected and have done everything once

/// What comes to "ping" leaves to "pong". Ends on its own after so many lines.
class Echo {
public:
    Echo(const Bench& bench, Broker& broker, const std::string& program, unsigned count) {
        const std::string client = broker.new_client();
        const Words sub = {"-i", client, "-t", "ping", "-C", std::to_string(count), "-W", "120"};
        const std::string pipe = bench.fifo("echo");
        subscriber_ = start({.arguments = bench.command(program, "sub", sub, broker.port()), .output_file = pipe});
        publisher_ = start(
            {.arguments = bench.command(program, "pub", {"-t", "pong", "-l"}, broker.port()), .input_file = pipe});
        broker.wait_until_subscribed(client, 0);
    }
    Echo(const Echo&) = delete;
    Echo& operator=(const Echo&) = delete;
    ~Echo() {
        finish(subscriber_);
        finish(publisher_);
    }

private:
    Running subscriber_;
    Running publisher_;
};

Latency measure_trip(const Bench& bench, Broker& broker, const std::string& program, const Trip& trip) {
    std::optional<Echo> echo;
    if (trip.echo) echo.emplace(bench, broker, program, first_lines + trip.count);
    const std::string client = broker.new_client();
    const Words sub = {"-i", client, "-t", trip.echo ? "pong" : "ping"};
    const Child answer(bench.command(program, "sub", sub, broker.port()), Child::Output::direct);
    broker.wait_until_subscribed(client, 0);
    const Child ask(bench.command(program, "pub", {"-t", "ping", "-l"}, broker.port()));
    std::string line(64, 'x');
    line += '\n';
    Turns turns{.bytes = line, .answer = line.size(), .count = first_lines};
    static_cast<void>(measure_latency(ask, answer, turns));
    turns.count = trip.count;
    turns.pause = trip.pause;
    return measure_latency(ask, answer, turns);
}

void run_trip(Bench& bench, const Trip& trip) {
    if (!bench.settings().mosquitto || !Broker::is_installed()) return;
    Broker broker(bench);
    Pairs<Latency> pairs{.to = "mosquitto"};
    for (unsigned round = 0; round < bench.settings().rounds; ++round)
        pairs.add(
            in_turn(round, [&](const std::string& program) { return measure_trip(bench, broker, program, trip); }));
    add_latencies(bench, pairs, trip.name, trip.bars);
}

}  // namespace

std::vector<Case> broker_latency_cases() {
    const std::vector<Trip> trips = {
        {.name = "broker-ping-pong", .echo = true, .count = 1000, .bars = {.middle = 1.0, .late = 1.1}},
        {.name = "broker-now-and-then",
         .count = 200,
         .pause = std::chrono::milliseconds(20),
         .bars = {.middle = 1.0, .late = 1.2}}};
    std::vector<Case> cases;
    for (const Trip& trip : trips)
        cases.push_back({trip.name, [trip](Bench& bench) { run_trip(bench, trip); }});
    return cases;
}

}  // namespace mqtts::bench
