// SPDX-License-Identifier: Apache-2.0
// SipHash-2-4 with 128 bits, by Aumasson and Bernstein: names a socket after secrets.
//
// Every user of a machine can read the names of its sockets, for example in `ss -x`. A plain hash would let them try
// passwords until one gives the name; without the key, this one tells them nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mqtts::share {

/// 128 random bits.
using HashKey = std::array<std::uint8_t, 16>;

/// Returns 32 hexadecimal digits.
[[nodiscard]] std::string keyed_hash(const HashKey& key, std::string_view bytes);

}  // namespace mqtts::share
