// SPDX-License-Identifier: Apache-2.0
// Bytes as tests write and read them: "30 04 00 01 61 78".
#pragma once

#include <string>
#include <string_view>

namespace mqtts::test {

[[nodiscard]] inline std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        if (!text.empty()) text += ' ';
        text += digits[static_cast<unsigned char>(byte) >> 4];
        text += digits[static_cast<unsigned char>(byte) & 0x0FU];
    }
    return text;
}

/// Precondition: pairs of hexadecimal digits, separated by single spaces.
[[nodiscard]] inline std::string from_hex(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 3) {
        bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
    }
    return bytes;
}

}  // namespace mqtts::test
