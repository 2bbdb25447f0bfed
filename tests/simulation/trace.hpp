// SPDX-License-Identifier: Apache-2.0
// What happened in a run, one line each, with the virtual time: packets in the form of wire/text.hpp, and the faults.
// It is written only when somebody asks for it: a seed that fails runs once more for that.
#pragma once

#include <string>
#include <string_view>

#include "simulation/clock.hpp"
#include "wire/text.hpp"

namespace mqtts::simulation {

class Trace {
public:
    Trace(const VirtualClock& clock, bool on) : clock_(clock), on_(on) {}

    [[nodiscard]] bool on() const noexcept { return on_; }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    void note(unsigned client, std::string_view what);
    /// `arrow`: "-->" as the broker takes a packet, "<--" as it sends one.
    void packet(unsigned client, std::string_view arrow, const wire::Frame& frame, wire::ProtocolVersion version);
    void packets(unsigned client, std::string_view arrow, std::string_view bytes, wire::ProtocolVersion version);

private:
    void line(unsigned client, std::string_view arrow, std::string_view what);

    const VirtualClock& clock_;
    bool on_;
    std::string text_;
};

}  // namespace mqtts::simulation
