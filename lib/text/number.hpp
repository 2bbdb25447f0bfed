// SPDX-License-Identifier: Apache-2.0
// Writes numbers as text.
#pragma once

#include <cstdint>

#include "base/buffer.hpp"

namespace mqtts {

/// Appends the decimal digits of `number`.
void append_number(Buffer& to, std::uint64_t number);

}  // namespace mqtts
