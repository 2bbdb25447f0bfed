// SPDX-License-Identifier: Apache-2.0
#include "bench/bench.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "bench/packets.hpp"

namespace mqtts::bench {

Bench::Bench(Settings settings) : settings_(std::move(settings)) {
    std::vector<std::string> arguments = {settings_.programs + "/mqtts-bench-peer", "--directory", directory_.path()};
    if (settings_.verify) arguments.emplace_back("--verify");
    peer_ = std::make_unique<Child>(arguments);
    port_ = peer_->read_line();
}

std::vector<std::string> Bench::command(const std::string& program, const std::string& kind,
                                        const std::vector<std::string>& options, const std::string& port) const {
    const std::string& to = port.empty() ? port_ : port;
    std::vector<std::string> words;
    if (program == "floor") {
        words = {settings_.programs + "/mqtts-bench-floor"};
        words.insert(words.end(), options.begin(), options.end());
        words.insert(words.end(), {"--directory", directory_.path(), "--port", to});
        return words;
    }
    const std::string ours = kind == "pub" ? settings_.publisher : settings_.subscriber;
    words = {program == "ours" ? ours : "mosquitto_" + kind,
             "-h",
             "localhost",
             "-p",
             to,
             "--cafile",
             file("ca.pem"),
             "--cert",
             file("client.pem"),
             "--key",
             file("client.key")};
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

std::string Bench::input_file(std::size_t size, std::uint64_t count) const {
    const std::string path = file(fmt::format("lines-{}-{}", size, count));
    if (std::filesystem::exists(path)) return path;
    std::string lines;
    for (std::uint64_t i = 0; i < cycle; ++i) {
        append_payload(lines, i, size);
        lines += '\n';
    }
    std::ofstream output(path);
    for (std::uint64_t left = count; left > 0;) {
        const std::uint64_t part = std::min(left, cycle);
        output.write(lines.data(), static_cast<std::streamsize>(part * (size + 1)));
        left -= part;
    }
    if (!output.flush()) throw std::runtime_error(path + ": not written");
    return path;
}

std::string Bench::fifo(const std::string& name) const {
    const std::string path = file(name);
    if (!std::filesystem::exists(path) && ::mkfifo(path.c_str(), 0600) != 0) throw std::runtime_error("no fifo");
    return path;
}

std::unique_ptr<Child> Bench::pipe_through_cat(Job& job, const std::string& to) const {
    job.output_file = fifo("output-pipe");
    return std::make_unique<Child>(
        std::vector<std::string>{"sh", "-c", "cat <\"$0\" >\"$1\"; echo", job.output_file, to});
}

Usage Bench::run(const Job& job, std::uint64_t published) const {
    const Usage usage = measure(job);
    const std::string line = peer_->read_line();
    unsigned long arrived = 0;
    unsigned long wrong = 0;
    if (std::sscanf(line.c_str(), "%lu %lu", &arrived, &wrong) != 2) throw std::runtime_error("peer: " + line);
    if (usage.status != 0) throw std::runtime_error(fmt::format("{}: status {}", job.arguments[0], usage.status));
    if (published > 0 && (arrived != published || wrong > 0)) {
        throw std::runtime_error(fmt::format("{}: {} of {} messages arrived, {} of them wrong", job.arguments[0],
                                             arrived, published, wrong));
    }
    return usage;
}

}  // namespace mqtts::bench
