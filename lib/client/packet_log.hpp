// SPDX-License-Identifier: Apache-2.0
// Logs the packets of a connection, as -d asks for: one line each, decoded, without secrets.
//
// It reads the same bytes that the session reads and writes, so the session knows nothing of it.
#pragma once

#include <string_view>

#include "log/log.hpp"
#include "wire/packet.hpp"

namespace mqtts::client {

class PacketLog {
public:
    explicit PacketLog(const Log& log) : log_(log) {}

    /// Logs the packets in the session's output, except those that the last call logged.
    void sending(std::string_view output, wire::ProtocolVersion version);
    /// Notes that the first `count` bytes of the output are gone.
    void sent(std::size_t count) noexcept { logged_output_ -= count; }
    /// Logs the packets in the session's input.
    void received(std::string_view input, wire::ProtocolVersion version) const;
    /// Starts over for a new connection.
    void reset() noexcept { logged_output_ = 0; }

private:
    const Log& log_;
    std::size_t logged_output_ = 0;
};

}  // namespace mqtts::client
