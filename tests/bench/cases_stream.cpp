#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "bench/cases.hpp"
#include "bench/packets.hpp"

namespace mqtts::bench {

namespace {

struct Shape {
    std::string kind;  // "pub" or "sub"
    unsigned qos = 0;
    std::size_t size = 64;
    std::string format = {};  // of mqtts-sub: "", "-v", "%j"
    double bar = 0;
    double recorded = 0;

    [[nodiscard]] std::string name() const {
        const std::string suffix = format.empty() ? "" : format == "-v" ? "-verbose" : "-json";
        return fmt::format("{}-q{}-{}{}", kind, qos, size, suffix);
    }
};

Job make_job(const Bench& bench, const std::string& program, const Shape& shape, std::uint64_t count) {
    const std::string qos = std::to_string(shape.qos);
    const bool publishes = shape.kind == "pub";
    if (program == "floor") {
        return {.arguments = bench.command("floor", shape.kind,
                                           {publishes ? "publish" : "subscribe", "--qos", qos, "--size",
                                            std::to_string(shape.size), "--count", std::to_string(count)})};
    }
    if (publishes) {
        return {.arguments = bench.command(program, "pub", {"-t", "b", "-q", qos, "-l"}),
                .input_file = bench.input_file(shape.size, count)};
    }
    std::vector<std::string> options = {
        "-t", stream_topic(shape.qos, shape.size, count), "-q", qos, "-C", std::to_string(count)};
    if (shape.format == "-v") options.emplace_back("-v");
    if (shape.format == "%j") options.insert(options.end(), {"-F", "%j"});
    return {.arguments = bench.command(program, "sub", options)};
}

/// What the subscriber wrote is what was sent.
void check_output(const std::string& path, const Shape& shape, std::uint64_t count) {
    std::ifstream file(path);
    const std::string topic = stream_topic(shape.qos, shape.size, count);
    std::string line;
    for (std::uint64_t i = 0; i < count; ++i) {
        std::string payload;
        append_payload(payload, i % cycle, shape.size);
        const bool right = std::getline(file, line) && (shape.format == "%j"   ? line.find(payload) != line.npos
                                                        : shape.format == "-v" ? line == topic + ' ' + payload
                                                                               : line == payload);
        if (!right) throw std::runtime_error(fmt::format("{}: message {} was written wrongly", shape.name(), i));
    }
    if (std::getline(file, line)) throw std::runtime_error(shape.name() + ": more was written than sent");
}

double per_message(const Usage& usage, std::uint64_t count) {
    return usage.cpu / static_cast<double>(count);
}

void run_stream(Bench& bench, const Shape& shape) {
    const bool publishes = shape.kind == "pub";
    const std::uint64_t count = shape.size == 64 ? bench.settings().count : bench.settings().count / 5;
    const std::uint64_t mosquitto_count = std::clamp<std::uint64_t>(count / 10, 1, 60'000);  // it loses of more
    std::vector<double> ours;
    std::vector<double> floor;
    std::vector<double> ratio;
    std::vector<double> mosquitto;
    for (unsigned round = 0; round < bench.settings().rounds; ++round) {
        Job job = make_job(bench, "ours", shape, count);
        if (bench.settings().verify && !publishes) job.output_file = bench.file("output");
        ours.push_back(per_message(bench.run(job, publishes ? count : 0), count));
        if (bench.settings().verify && !publishes) check_output(job.output_file, shape, count);
        const Usage bare = bench.run(make_job(bench, "floor", shape, count), publishes ? count : 0);
        floor.push_back(per_message(bare, count));
        if (bench.settings().mosquitto) {
            const Usage theirs =
                bench.run(make_job(bench, "mosquitto", shape, mosquitto_count), publishes ? mosquitto_count : 0);
            mosquitto.push_back(per_message(theirs, mosquitto_count));
        }
        const bool against_mosquitto = shape.format == "%j";
        if (against_mosquitto && mosquitto.empty()) return;
        ratio.push_back(ours.back() / (against_mosquitto ? mosquitto : floor).back());
    }
    std::string detail = fmt::format("ours {:.3f} µs, floor {:.3f} µs", median(ours), median(floor));
    if (!mosquitto.empty()) detail += fmt::format(", mosquitto {:.2f} µs", median(mosquitto));
    bench.add({.name = shape.name(),
               .quantity = shape.format == "%j" ? "CPU / mosquitto" : "CPU / floor",
               .value = median(ratio),
               .bar = shape.bar,
               .detail = detail,
               .steady = true,
               .recorded = shape.recorded});
}

}  // namespace

std::vector<Case> stream_cases() {
    std::vector<Case> cases;
    const std::vector<Shape> shapes = {
        {"pub", 0, 64, "", 1.4, 1.8},   {"pub", 1, 64, "", 2.0, 3.5},    {"pub", 2, 64, "", 2.5, 4.1},
        {"pub", 0, 1024, "", 1.3, 1.5}, {"pub", 1, 1024, "", 1.3, 1.5},  {"pub", 2, 1024, "", 1.3, 1.7},
        {"sub", 0, 64, "", 1.4, 2.0},   {"sub", 1, 64, "", 2.0, 2.3},    {"sub", 2, 64, "", 2.5, 2.5},
        {"sub", 0, 1024, "", 1.3},      {"sub", 1, 1024, "", 1.3},       {"sub", 2, 1024, "", 1.3},
        {"sub", 0, 64, "-v", 2.0, 2.2}, {"sub", 0, 64, "%j", 0.1, 0.12},
    };
    for (const Shape& shape : shapes)
        cases.push_back({shape.name(), [shape](Bench& bench) { run_stream(bench, shape); }});
    return cases;
}

}  // namespace mqtts::bench
