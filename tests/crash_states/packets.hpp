// SPDX-License-Identifier: Apache-2.0
// What passed between the programs and their broker, and when, in a recording.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "crash_states/recording.hpp"
#include "wire/packet.hpp"

namespace mqtts::test::crash {

struct Packet {
    std::size_t at = 0;    // the number of the record: when it left, or came
    bool is_sent = false;  // by the program
    wire::PacketType type{};
    wire::PacketIdentifier identifier = 0;  // of PUBLISH and of its acknowledgements
    wire::Qos qos{};                        // of PUBLISH
    bool dup = false;
    std::string payload;            // of PUBLISH
    std::string client_identifier;  // of CONNECT
};

/// All packets, in the order of their time. One that the program sends leaves with the first call of send(2) behind its
/// encryption.
[[nodiscard]] std::vector<Packet> packets_in(const std::vector<Record>& records);

}  // namespace mqtts::test::crash
