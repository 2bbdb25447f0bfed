// SPDX-License-Identifier: Apache-2.0
// The distribution's mosquitto as the broker, with the certificates of the peer. It asks its clients for theirs.
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
    /// A Client Identifier that no other client of it has.
    [[nodiscard]] std::string new_client() { return "bench-" + std::to_string(++clients_) + '.'; }
    /// Of clients in the order in which these things happen: what the broker's log tells is looked at once.
    void wait_until_subscribed(const std::string& client, unsigned qos) const;
    /// It has read all that the client has sent. Precondition: the client has ended in DISCONNECT.
    void wait_until_gone(const std::string& client) const;

private:
    void wait_for_log(const std::string& part) const;

    std::string port_;
    Child process_;
    unsigned clients_ = 0;
};

}  // namespace mqtts::bench
