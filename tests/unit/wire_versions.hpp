// SPDX-License-Identifier: Apache-2.0
// Short names, for tables.
#pragma once

#include "wire/packet.hpp"

namespace mqtts::test {

inline constexpr auto v31 = wire::ProtocolVersion::v31;
inline constexpr auto v311 = wire::ProtocolVersion::v311;
inline constexpr auto v5 = wire::ProtocolVersion::v5;

}  // namespace mqtts::test
