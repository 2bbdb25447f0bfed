// SPDX-License-Identifier: Apache-2.0
#include "json/cursor.hpp"

#include <algorithm>
#include <array>

#include "text/utf8.hpp"

namespace mqtts::json {

namespace {

/// Returns the number of four hexadecimal digits at the front.
std::optional<unsigned> hexadecimal(std::string_view text) noexcept {
    if (text.size() < 4) return std::nullopt;
    unsigned value = 0;
    for (const char digit : text.substr(0, 4)) {
        const char letter = static_cast<char>(digit | 0x20);
        const bool is_decimal = digit >= '0' && digit <= '9';
        if (!is_decimal && (letter < 'a' || letter > 'f')) return std::nullopt;
        value = value << 4 | static_cast<unsigned>(is_decimal ? digit - '0' : letter - 'a' + 10);
    }
    return value;
}

/// The character for each byte behind a backslash; NUL: invalid, or more bytes follow.
constexpr auto escaped = [] {
    std::array<char, 256> table{};
    constexpr std::string_view letters = "\"\\/bfnrt";
    for (std::size_t i = 0; i < letters.size(); ++i)
        table[static_cast<unsigned char>(letters[i])] = "\"\\/\b\f\n\r\t"[i];
    return table;
}();

constexpr char unescaped_letter(char letter) noexcept {
    return escaped[static_cast<unsigned char>(letter)];
}

constexpr bool is_first_of_pair(unsigned unit) noexcept {
    return (unit & 0xFC00U) == 0xD800U;
}
constexpr bool is_second_of_pair(unsigned unit) noexcept {
    return (unit & 0xFC00U) == 0xDC00U;
}

/// Writes the character in UTF-8, and moves `to` behind it.
void write_utf8(char*& to, unsigned character) noexcept {
    const auto write = [&](unsigned byte) { *to++ = static_cast<char>(byte); };
    const auto write_rest = [&](unsigned shift) { write(0x80U | (character >> shift & 0x3FU)); };
    if (character < 0x80) {
        write(character);
    } else if (character < 0x800) {
        write(0xC0U | character >> 6);
        write_rest(0);
    } else if (character < 0x1'0000) {
        write(0xE0U | character >> 12);
        write_rest(6);
        write_rest(0);
    } else {
        write(0xF0U | character >> 18);
        write_rest(12);
        write_rest(6);
        write_rest(0);
    }
}

/// Writes the character of the escape sequence at the front, and returns its length. Precondition: it is valid.
std::size_t write_unescaped(char*& to, std::string_view text) noexcept {
    if (text[1] != 'u') {
        *to++ = unescaped_letter(text[1]);
        return 2;
    }
    const unsigned unit = hexadecimal(text.substr(2)).value_or(0);
    if (!is_first_of_pair(unit)) {
        write_utf8(to, unit);
        return 6;
    }
    const unsigned second = hexadecimal(text.substr(8)).value_or(0);
    write_utf8(to, 0x1'0000U + ((unit & 0x3FFU) << 10 | (second & 0x3FFU)));
    return 12;
}

}  // namespace

bool Cursor::take(std::string_view word) noexcept {
    const bool there = rest().starts_with(word);
    if (there) at_ += word.size();
    return there;
}

bool Cursor::skip_value(int depth) noexcept {
    switch (front()) {
        case '{':
            return depth > 0 && skip_group('}', depth - 1);
        case '[':
            return depth > 0 && skip_group(']', depth - 1);
        case '"':
            return skip_string();
        case 't':
            return take("true");
        case 'f':
            return take("false");
        case 'n':
            return take("null");
        default:
            return skip_number();
    }
}

bool Cursor::finish_string() noexcept {
    while (character()) {
        at_ += ordinary_prefix(rest());
        if (take('"')) return true;
    }
    return false;
}

bool Cursor::skip_number() noexcept {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return digits();
}

bool Cursor::skip_group(char closing_bracket, int depth) noexcept {
    ++at_;
    for (bool first = true; next_element(first); first = false) {
        if (closing_bracket == '}' && !name()) return false;
        if (!skip_value(depth)) return false;
    }
    return take(closing_bracket);
}

bool Cursor::digits() noexcept {
    const char* const begin = at_;
    while (front() >= '0' && front() <= '9')
        ++at_;
    return at_ != begin;
}

/// Takes a character that is not ordinary.
bool Cursor::character() noexcept {
    if (take('\\')) return escape_sequence();
    const std::size_t length = utf8_character(rest());
    if (length == 0 || static_cast<unsigned char>(*at_) < ' ') return false;
    at_ += length;
    return true;
}

bool Cursor::escape_sequence() noexcept {
    has_escapes_ = true;
    if (!take('u')) {
        const bool known = unescaped_letter(front()) != '\0';
        if (known) ++at_;
        return known;
    }
    const auto unit = utf16_unit();
    if (!unit || is_second_of_pair(*unit)) return false;
    if (!is_first_of_pair(*unit)) return true;
    if (!take("\\u")) return false;
    const auto second = utf16_unit();
    return second && is_second_of_pair(*second);
}

std::optional<unsigned> Cursor::utf16_unit() noexcept {
    const auto unit = hexadecimal(rest());
    if (unit) at_ += 4;
    return unit;
}

std::string_view Value::unescaped(std::string& scratch) const {
    std::string_view rest = content();
    scratch.resize(rest.size());  // an escape sequence is longer than its character
    char* to = scratch.data();
    for (std::size_t plain = 0; (plain = rest.find('\\')) != rest.npos;) {
        to = std::ranges::copy(rest.substr(0, plain), to).out;
        rest.remove_prefix(plain);
        rest.remove_prefix(write_unescaped(to, rest));
    }
    return {scratch.data(), std::ranges::copy(rest, to).out};
}

}  // namespace mqtts::json
