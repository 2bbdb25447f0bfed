// SPDX-License-Identifier: Apache-2.0
#include "simulation/trace.hpp"

#include <fmt/format.h>

#include <chrono>

namespace mqtts::simulation {

void Trace::line(unsigned client, std::string_view arrow, std::string_view what) {
    const double seconds = std::chrono::duration<double>(clock_.elapsed()).count();
    text_ += fmt::format("{:12.6f}  client {}  {}  {}\n", seconds, client, arrow, what);
}

void Trace::note(unsigned client, std::string_view what) {
    if (on_) line(client, " * ", what);
}

void Trace::packet(unsigned client, std::string_view arrow, const wire::Frame& frame, wire::ProtocolVersion version) {
    if (on_) line(client, arrow, wire::to_text(frame, version));
}

void Trace::packets(unsigned client, std::string_view arrow, std::string_view bytes, wire::ProtocolVersion version) {
    if (!on_) return;
    Errc error = Errc::ok;
    while (const auto frame = wire::next_frame(bytes, wire::largest_packet, error)) {
        packet(client, arrow, *frame, version);
        bytes.remove_prefix(frame->size);
    }
}

}  // namespace mqtts::simulation
