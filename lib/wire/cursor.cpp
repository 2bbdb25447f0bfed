// SPDX-License-Identifier: Apache-2.0
#include "wire/cursor.hpp"

#include "wire/topic.hpp"

namespace mqtts::wire {

std::uint32_t Reader::long_variable_byte() noexcept {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
        const std::uint32_t part = byte();
        value |= (part & 0x7FU) << shift;
        if (part >= 0x80) continue;
        if (part == 0 && shift != 0) break;
        return value;
    }
    fail();
    return 0;
}

std::string_view Reader::string() noexcept {
    const std::string_view text = binary();
    if (is_valid_utf8(text)) return text;
    fail();
    return {};
}

}  // namespace mqtts::wire
