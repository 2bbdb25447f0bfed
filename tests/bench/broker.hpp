// SPDX-License-Identifier: Apache-2.0
// The distribution's mosquitto as the broker, with the certificates of the peer.
#pragma once

#include <string>

#include "bench/bench.hpp"

namespace mqtts::bench {

class Broker {
public:
    [[nodiscard]] static bool is_installed();

    /// Serves as soon as it is made.
    explicit Broker(const Bench& bench);

    [[nodiscard]] const std::string& port() const noexcept { return port_; }
    /// What it has cost so far, in microseconds.
    [[nodiscard]] double cpu() const { return process_.cpu(); }
    void wait_for_log(const std::string& end) const;

private:
    [[nodiscard]] std::string configuration(const Bench& bench) const;

    std::string port_;
    Child process_;
};

}  // namespace mqtts::bench
