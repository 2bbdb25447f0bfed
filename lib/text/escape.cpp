// SPDX-License-Identifier: Apache-2.0
#include "text/escape.hpp"

#include "text/utf8.hpp"

namespace mqtts {

namespace {

unsigned char byte_at(std::string_view text, std::size_t i) noexcept {
    return static_cast<unsigned char>(text[i]);
}

bool is_control(std::string_view character) noexcept {
    const unsigned char first = byte_at(character, 0);
    return first < 0x20 || first == 0x7F || (first == 0xC2 && byte_at(character, 1) < 0xA0);
}

void append_hex(std::string& to, unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    to += "\\x";
    to += digits[byte >> 4];
    to += digits[byte & 0xF];
}

}  // namespace

std::string escape(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = utf8_character(text);
        if (length != 0 && !is_control(text.substr(0, length))) {
            escaped += text.substr(0, length);
            text.remove_prefix(length);
            continue;
        }
        const std::size_t bad = length != 0 ? length : 1;
        for (std::size_t i = 0; i < bad; ++i)
            append_hex(escaped, byte_at(text, i));
        text.remove_prefix(bad);
    }
    return escaped;
}

std::string escape_beginning(std::string_view text) {
    constexpr std::size_t longest = 100;
    return text.size() <= longest ? escape(text) : escape(text.substr(0, longest)) + "…";
}

}  // namespace mqtts
