// SPDX-License-Identifier: Apache-2.0
#include "client/packet_log.hpp"

#include <algorithm>

#include "wire/text.hpp"

namespace mqtts::client {

namespace {

/// Logs each complete packet; returns the number of bytes logged.
std::size_t log_packets(const Log& log, std::string_view direction, std::string_view bytes,
                        wire::ProtocolVersion version) {
    std::size_t logged = 0;
    Errc error = Errc::ok;
    while (const auto frame = wire::next_frame(bytes.substr(logged), wire::largest_packet, error)) {
        log.debug(std::string(direction) + to_text(*frame, version), {.event = "packet"});
        logged += frame->size;
    }
    return logged;
}

}  // namespace

void PacketLog::sending(std::string_view output, wire::ProtocolVersion version) {
    logged_output_ =
        std::min(logged_output_, output.size());  // the session drops its output when the server disconnects
    logged_output_ += log_packets(log_, "sent ", output.substr(logged_output_), version);
}

void PacketLog::received(std::string_view input, wire::ProtocolVersion version) const {
    log_packets(log_, "received ", input, version);
}

}  // namespace mqtts::client
