// SPDX-License-Identifier: Apache-2.0
#include "json/text.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace mqtts::json {

namespace {

constexpr std::uint64_t each_byte = 0x0101'0101'0101'0101;
constexpr std::uint64_t high_bits = 0x80 * each_byte;
constexpr std::size_t word_size = sizeof(std::uint64_t);

/// Returns the next eight bytes, the first of them lowest.
std::uint64_t word_at(const char* text) noexcept {
    std::uint64_t word;
    std::memcpy(&word, text, word_size);
    return std::endian::native == std::endian::big ? __builtin_bswap64(word) : word;
}

/// Marks the bytes that are not printable ASCII, or '"', or '\'. Only the lowest bit set is reliable, because that byte
/// may have borrowed from the next one, or carried into it.
constexpr std::uint64_t not_ordinary(std::uint64_t word) noexcept {
    const std::uint64_t below_space = word - ' ' * each_byte;  // and from 0xA0 on
    const std::uint64_t above_tilde = word + each_byte;        // but for 0xFF
    const std::uint64_t quote = (word ^ '"' * each_byte) - each_byte;
    const std::uint64_t backslash = (word ^ '\\' * each_byte) - each_byte;
    return (below_space | above_tilde | quote | backslash) & high_bits;
}

bool is_ordinary(char byte) noexcept {
    return byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\';
}

/// Returns the length of the control character at the front; 0: another character. Of two bytes only the second says
/// which.
std::size_t control_character(std::string_view text, Escapes escapes) noexcept {
    const auto byte = static_cast<unsigned char>(text[0]);
    if (byte < 0x20) return 1;
    if (escapes == Escapes::required) return 0;
    if (byte == 0x7F) return 1;
    return byte == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0 ? 2 : 0;
}

void append_escape(Buffer& to, char byte) {
    constexpr std::string_view letters = "\"\\\b\f\n\r\t";
    if (const std::size_t letter = letters.find(byte); letter != std::string_view::npos) {
        to.append({&"\\\"\\\\\\b\\f\\n\\r\\t"[2 * letter], 2});
        return;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(byte);
    const char text[] = {'\\', 'u', '0', '0', digits[value >> 4], digits[value & 0xF]};
    to.append({text, sizeof text});
}

template <class LengthToEscape>
void append_with_escapes(Buffer& to, std::string_view text, LengthToEscape length_to_escape) {
    std::size_t plain = 0;  // bytes of text that are to be appended as they are
    for (;;) {
        plain += ordinary_prefix(text.substr(plain));
        if (plain == text.size()) break;
        const std::size_t length = length_to_escape(text.substr(plain));
        if (length == 0) {
            ++plain;
            continue;
        }
        to.append(text.substr(0, plain));
        append_escape(to, text[plain + length - 1]);
        text.remove_prefix(plain + length);
        plain = 0;
    }
    to.append(text);
}

}  // namespace

std::size_t ordinary_prefix(std::string_view text) noexcept {
    std::size_t length = 0;
    for (; text.size() - length >= word_size; length += word_size) {
        const std::uint64_t found = not_ordinary(word_at(text.data() + length));
        if (found != 0) return length + static_cast<std::size_t>(std::countr_zero(found)) / 8;
    }
    while (length < text.size() && is_ordinary(text[length]))
        ++length;
    return length;
}

void append_escaped(Buffer& to, std::string_view text, Escapes escapes) {
    append_with_escapes(to, text, [escapes](std::string_view rest) -> std::size_t {
        if (rest[0] == '"' || rest[0] == '\\') return 1;
        return control_character(rest, escapes);
    });
}

void append_escaped_again(Buffer& to, std::string_view text, Escapes escapes) {
    if (escapes == Escapes::required) return to.append(text);
    append_with_escapes(to, text, [escapes](std::string_view rest) { return control_character(rest, escapes); });
}

}  // namespace mqtts::json
