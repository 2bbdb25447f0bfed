// SPDX-License-Identifier: Apache-2.0
// What a subscriber was sent until some moment, and what it has said about it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "crash_states/packets.hpp"
#include "crash_states/power_loss.hpp"

namespace mqtts::test::crash {

struct Delivery {
    std::string payload;
    wire::PacketIdentifier identifier = 0;
    wire::Qos qos{};
    bool acknowledged = false;  // PUBACK or PUBREC has left
    bool released = false;      // PUBREL has come
    bool completed = false;     // PUBCOMP has left
};

/// The messages in the order in which they came first, when the record `moment` was written.
[[nodiscard]] std::vector<Delivery> deliveries_until(const std::vector<Packet>& packets, std::size_t moment);

/// Returns when something else may have been promised in that span: its beginning, and each packet in it.
[[nodiscard]] std::vector<std::size_t> moments_of(const Span& span, const std::vector<Packet>& packets);

}  // namespace mqtts::test::crash
