// SPDX-License-Identifier: Apache-2.0
#include "wire/packet_type.hpp"

#include <array>
#include <cstddef>

namespace mqtts::wire {

std::string_view name(PacketType type) noexcept {
    static constexpr std::array<std::string_view, 16> names = {
        "reserved",  "CONNECT", "CONNACK",     "PUBLISH",  "PUBACK",  "PUBREC",   "PUBREL",     "PUBCOMP",
        "SUBSCRIBE", "SUBACK",  "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"};
    return names[static_cast<std::size_t>(type)];
}

}  // namespace mqtts::wire
