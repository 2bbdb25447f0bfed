// SPDX-License-Identifier: Apache-2.0
// What all cases share: the programs, the peer, files with input, and the figures so far.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/child.hpp"
#include "bench/report.hpp"
#include "support/temporary_directory.hpp"

namespace mqtts::bench {

inline constexpr std::size_t mebibyte = std::size_t{1} << 20;

struct Settings {
    std::string programs;             // the directory of the helpers
    std::string publisher;            // mqtts-pub
    std::string subscriber;           // mqtts-sub
    std::uint64_t count = 1'000'000;  // messages of a stream of 64 bytes each; of 1 KiB, a fifth
    unsigned rounds = 5;
    bool mosquitto = true;  // mosquitto_pub and mosquitto_sub are installed
    bool verify = false;    // compare what arrives; costs nothing that is measured
    bool quick = false;     // leave out what takes long and says little more
};

class Bench {
public:
    explicit Bench(Settings settings);

    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] const Child& peer() const noexcept { return *peer_; }
    [[nodiscard]] std::string file(const std::string& name) const { return directory_.path() + '/' + name; }
    [[nodiscard]] const std::string& port() const noexcept { return port_; }

    /// A command line that reaches the peer. `program` is "ours", "mosquitto" or "floor"; `kind` "pub" or "sub".
    [[nodiscard]] std::vector<std::string> command(const std::string& program, const std::string& kind,
                                                   const std::vector<std::string>& options,
                                                   const std::string& port = {}) const;

    /// The lines to publish, made when first asked for.
    [[nodiscard]] std::string input_file(std::size_t size, std::uint64_t count) const;

    /// A named pipe, made when first asked for.
    [[nodiscard]] std::string fifo(const std::string& name) const;

    /// Leads a job's output through a pipe into cat, which writes it to a file; ends, with an empty line, after the
    /// job.
    [[nodiscard]] std::unique_ptr<Child> pipe_through_cat(Job& job, const std::string& to = "/dev/null") const;

    /// Measures, and takes what the peer says about the client. Throws when the client fails, or when it is known to
    /// publish so many messages and not all of them arrived.
    [[nodiscard]] Usage run(const Job& job, std::uint64_t published = 0) const;

    void add(Figure figure) { figures_.push_back(std::move(figure)); }
    [[nodiscard]] const std::vector<Figure>& figures() const noexcept { return figures_; }

private:
    Settings settings_;
    test::TemporaryDirectory directory_;
    std::unique_ptr<Child> peer_;
    std::string port_;
    std::vector<Figure> figures_;
};

}  // namespace mqtts::bench
