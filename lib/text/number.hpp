// SPDX-License-Identifier: Apache-2.0
// Numbers as text.
#pragma once

#include <cstdint>

#include "base/buffer.hpp"

namespace mqtts {

/// Appends its decimal digits.
void append_number(Buffer& to, std::uint64_t number);

}  // namespace mqtts
