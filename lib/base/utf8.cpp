// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <algorithm>

namespace mqtts {

namespace {

struct Lead {
    std::size_t length;
    unsigned char second_from, second_to;  // the second byte carries the rules against overlong forms and surrogates
};

Lead lead(unsigned char byte) noexcept {
    if (byte < 0x80) return {1, 0, 0};
    if (byte < 0xC2) return {0, 0, 0};
    if (byte < 0xE0) return {2, 0x80, 0xBF};
    if (byte == 0xE0) return {3, 0xA0, 0xBF};
    if (byte == 0xED) return {3, 0x80, 0x9F};
    if (byte < 0xF0) return {3, 0x80, 0xBF};
    if (byte == 0xF0) return {4, 0x90, 0xBF};
    if (byte < 0xF4) return {4, 0x80, 0xBF};
    if (byte == 0xF4) return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

unsigned char at(std::string_view text, std::size_t i) noexcept {
    return static_cast<unsigned char>(text[i]);
}

bool is_control(std::string_view character) noexcept {
    const unsigned char first = at(character, 0);
    return first < 0x20 || first == 0x7F || (first == 0xC2 && at(character, 1) < 0xA0);
}

void append_hex(std::string& to, unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    to += "\\x";
    to += digits[byte >> 4];
    to += digits[byte & 0xF];
}

}  // namespace

std::size_t utf8_character(std::string_view text) noexcept {
    if (text.empty()) return 0;
    const auto [length, second_from, second_to] = lead(at(text, 0));
    if (length < 2) return length;
    if (text.size() < length || at(text, 1) < second_from || at(text, 1) > second_to) return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if ((at(text, i) & 0xC0) != 0x80) return 0;
    }
    return length;
}

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
            append_hex(escaped, at(text, i));
        text.remove_prefix(bad);
    }
    return escaped;
}

std::string escape_beginning(std::string_view text) {
    constexpr std::size_t longest = 100;
    return text.size() <= longest ? escape(text) : escape(text.substr(0, longest)) + "…";
}

std::string lower_case(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

}  // namespace mqtts
