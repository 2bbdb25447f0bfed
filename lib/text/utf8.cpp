// SPDX-License-Identifier: Apache-2.0
#include "text/utf8.hpp"

#include <cstdint>
#include <cstring>

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

std::uint64_t eight_bytes(std::string_view text) noexcept {
    std::uint64_t word;
    std::memcpy(&word, text.data(), sizeof word);
    return word;
}

/// Counts the ASCII bytes at the front.
std::size_t ascii_prefix(std::string_view text) noexcept {
    std::size_t length = 0;
    while (text.size() - length >= sizeof(std::uint64_t) &&
           (eight_bytes(text.substr(length)) & 0x8080'8080'8080'8080) == 0)
        length += sizeof(std::uint64_t);
    while (length < text.size() && static_cast<unsigned char>(text[length]) < 0x80)
        ++length;
    return length;
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

char32_t code_point(std::string_view character) noexcept {
    if (character.size() == 1) return at(character, 0);
    char32_t code = at(character, 0) & (0x7FU >> character.size());
    for (std::size_t i = 1; i < character.size(); ++i)
        code = code << 6 | (at(character, i) & 0x3FU);
    return code;
}

bool is_utf8(std::string_view text) noexcept {
    for (;;) {
        text.remove_prefix(ascii_prefix(text));
        const std::size_t length = utf8_character(text);
        if (length == 0) return text.empty();
        text.remove_prefix(length);
    }
}

}  // namespace mqtts
