// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
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
    std::string output = {};  // "": /dev/null; "file", "pipe"

    [[nodiscard]] std::string name() const {
        const std::string suffix = format.empty() ? "" : format == "-v" ? "-verbose" : "-json";
        return fmt::format("{}-q{}-{}{}{}", kind, qos, size, suffix, output.empty() ? "" : '-' + output);
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

/// Runs a subscriber whose output goes where `shape` says, or to a file where it is kept.
Usage run_subscriber(const Bench& bench, Job job, const Shape& shape, bool keep) {
    const std::string file = bench.file("output");
    std::filesystem::remove(file);  // or the client would pay for what the last one wrote
    if (shape.output == "file" || keep) job.output_file = file;
    if (shape.output != "pipe") return bench.run(job);
    const auto reader = bench.pipe_through_cat(job, keep ? file : "/dev/null");
    const Usage usage = bench.run(job);
    static_cast<void>(reader->read_line());
    return usage;
}

/// What a message cost. Throws when one of `count` got lost, or is kept and was written wrongly.
double cost(const Bench& bench, const std::string& program, const Shape& shape, std::uint64_t count) {
    const Job job = make_job(bench, program, shape, count);
    const bool keep = bench.settings().verify && program == "ours";
    const Usage usage = shape.kind == "pub" ? bench.run(job, count) : run_subscriber(bench, job, shape, keep);
    if (keep && shape.kind == "sub") check_output(bench.file("output"), shape, count);
    return usage.cpu / static_cast<double>(count);
}

void run_stream(Bench& bench, const Shape& shape) {
    const std::uint64_t count = shape.size == 64 ? bench.settings().count : bench.settings().count / 5;
    const std::uint64_t mosquitto_count = std::clamp<std::uint64_t>(count / 10, 1, 60'000);  // it loses of more
    const bool with_mosquitto = bench.settings().mosquitto && !bench.settings().quick;
    std::vector<double> ours;
    std::vector<double> floor;
    std::vector<double> ratio;
    std::vector<double> mosquitto;
    for (unsigned round = 0; round < bench.settings().rounds; ++round) {
        ours.push_back(cost(bench, "ours", shape, count));
        floor.push_back(cost(bench, "floor", shape, count));
        if (with_mosquitto) mosquitto.push_back(cost(bench, "mosquitto", shape, mosquitto_count));
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
               .recorded = shape.recorded,
               .reference = shape.format == "%j" ? mosquitto : floor});
}

}  // namespace

std::vector<Case> stream_cases() {
    std::vector<Case> cases;
    const std::vector<Shape> shapes = {
        {"pub", 0, 64, "", 1.4, 1.6},       {"pub", 1, 64, "", 2.0, 2.1}, {"pub", 2, 64, "", 2.5},
        {"pub", 0, 1024, "", 1.3},          {"pub", 1, 1024, "", 1.3},    {"pub", 2, 1024, "", 1.3},
        {"sub", 0, 64, "", 1.4, 1.5},       {"sub", 1, 64, "", 2.0},      {"sub", 2, 64, "", 2.5},
        {"sub", 0, 1024, "", 1.3},          {"sub", 1, 1024, "", 1.3},    {"sub", 2, 1024, "", 1.3},
        {"sub", 0, 64, "-v", 2.0},          {"sub", 0, 64, "%j", 0.1},    {"sub", 0, 64, "", 1.4, 0, "file"},
        {"sub", 0, 64, "", 1.4, 0, "pipe"},
    };
    for (const Shape& shape : shapes)
        cases.push_back({shape.name(), [shape](Bench& bench) { run_stream(bench, shape); }});
    return cases;
}

}  // namespace mqtts::bench
