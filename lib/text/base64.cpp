// SPDX-License-Identifier: Apache-2.0
#include "text/base64.hpp"

#include <array>
#include <cstdint>

namespace mqtts {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr unsigned no_digit = 64;

/// The value of each byte as a digit.
constexpr auto digits = [] {
    std::array<unsigned char, 256> table{};
    table.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<unsigned char>(i);
    return table;
}();

constexpr std::size_t encoded_size(std::size_t size) noexcept {
    return (size + 2) / 3 * 4;
}

/// Encodes into `out`, which must have room for encoded_size() characters.
void encode(std::string_view bytes, char* out) noexcept {
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::string_view group = bytes.substr(i, 3);
        std::uint32_t bits = 0;
        for (std::size_t j = 0; j < 3; ++j)
            bits = bits << 8 | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j)
            *out++ = j <= group.size() ? alphabet[bits >> (18 - 6 * j) & 0x3F] : '=';
    }
}

}  // namespace

std::string encode_base64(std::string_view bytes) {
    std::string text(encoded_size(bytes.size()), '\0');
    encode(bytes, text.data());
    return text;
}

void append_base64(Buffer& to, std::string_view bytes) {
    const std::size_t size = encoded_size(bytes.size());
    encode(bytes, to.prepare(size).data());
    to.commit(size);
}

bool decode_base64(std::string_view text, std::string& to) {
    to.clear();
    if (text.size() % 4 != 0) return false;
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
        text.remove_suffix(1);
    unsigned bits = 0;  // read and not yet written: the lowest `pending` ones
    int pending = 0;
    for (const char character : text) {
        const unsigned digit = digits[static_cast<unsigned char>(character)];
        if (digit == no_digit) return false;
        bits = bits << 6 | digit;
        pending += 6;
        if (pending < 8) continue;
        pending -= 8;
        to.push_back(static_cast<char>(bits >> pending & 0xFF));
        bits &= (1U << pending) - 1;
    }
    return bits == 0;  // no encoder leaves other bits
}

}  // namespace mqtts
