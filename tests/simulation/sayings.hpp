// SPDX-License-Identifier: Apache-2.0
// What a run tells of itself besides its result: what it waits for, what it has counted, and whether it may have missed
// something. The world compares it with what it knows.
#pragma once

#include <cstdint>

#include "client/client.hpp"
#include "simulation/model_broker.hpp"
#include "simulation/network.hpp"

namespace mqtts::simulation {

class Sayings {
public:
    Sayings(Network& network, const ModelBroker& broker) noexcept : network_(network), broker_(broker) {}

    /// Asks what a run waits for, as -W does when the time is up.
    void ask(unsigned client, client::Client& run) const;
    /// A run of the subscriber begins, or goes on.
    void begins() noexcept { last_ = {}; }
    void watch(const client::Client& subscriber);
    /// A run has ended.
    void ended(const client::Client& run) const;

private:
    Network& network_;
    const ModelBroker& broker_;
    struct {
        std::uint32_t connection = 0;  // on which it was subscribed, from 1
        std::uint32_t session = 0;     // the broker's, from 1
    } last_;
};

}  // namespace mqtts::simulation
