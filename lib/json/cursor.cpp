// SPDX-License-Identifier: Apache-2.0
#include "json/cursor.hpp"

#include <algorithm>
#include <charconv>

#include "json/text.hpp"
#include "text/utf8.hpp"

namespace mqtts::json {

namespace {

/// The number that four hexadecimal digits at the front stand for.
std::optional<unsigned> hexadecimal(std::string_view text) noexcept {
    if (text.size() < 4) return std::nullopt;
    unsigned value = 0;
    const char* const end = text.data() + 4;
    if (std::from_chars(text.data(), end, value, 16).ptr != end) return std::nullopt;
    return value;
}

constexpr bool is_first_of_pair(unsigned unit) noexcept {
    return (unit & 0xFC00U) == 0xD800U;
}
constexpr bool is_second_of_pair(unsigned unit) noexcept {
    return (unit & 0xFC00U) == 0xDC00U;
}

void append_utf8(std::string& to, unsigned character) {
    const auto append = [&](unsigned byte) { to.push_back(static_cast<char>(byte)); };
    const auto append_rest = [&](unsigned shift) { append(0x80U | (character >> shift & 0x3FU)); };
    if (character < 0x80) {
        append(character);
    } else if (character < 0x800) {
        append(0xC0U | character >> 6);
        append_rest(0);
    } else if (character < 0x1'0000) {
        append(0xE0U | character >> 12);
        append_rest(6);
        append_rest(0);
    } else {
        append(0xF0U | character >> 18);
        append_rest(12);
        append_rest(6);
        append_rest(0);
    }
}

/// Appends what the escape sequence at the front stands for, and returns its length. Precondition: it is in order.
std::size_t append_unescaped(std::string& to, std::string_view text) {
    constexpr std::string_view letters = "bfnrt";
    if (text[1] != 'u') {
        const std::size_t letter = letters.find(text[1]);
        to.push_back(letter == letters.npos ? text[1] : "\b\f\n\r\t"[letter]);
        return 2;
    }
    const unsigned unit = hexadecimal(text.substr(2)).value_or(0);
    if (!is_first_of_pair(unit)) {
        append_utf8(to, unit);
        return 6;
    }
    const unsigned second = hexadecimal(text.substr(8)).value_or(0);
    append_utf8(to, 0x1'0000U + ((unit & 0x3FFU) << 10 | (second & 0x3FFU)));
    return 12;
}

}  // namespace

void Cursor::skip_space() noexcept {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n\r"), rest_.size()));
}

bool Cursor::take(char expected) noexcept {
    const bool there = !rest_.empty() && rest_.front() == expected;
    if (there) rest_.remove_prefix(1);
    return there;
}

bool Cursor::take(std::string_view word) noexcept {
    const bool there = rest_.starts_with(word);
    if (there) rest_.remove_prefix(word.size());
    return there;
}

std::optional<std::string_view> Cursor::string() noexcept {
    if (!take('"')) return std::nullopt;
    const std::string_view begin = rest_;
    for (;;) {
        rest_.remove_prefix(ordinary_prefix(rest_));
        const std::string_view content = begin.substr(0, begin.size() - rest_.size());
        if (take('"')) return content;
        if (!character()) return std::nullopt;
    }
}

std::optional<std::string_view> Cursor::number() noexcept {
    const std::string_view begin = rest_;
    take('-');
    if (!take('0') && !digits()) return std::nullopt;
    if (take('.') && !digits()) return std::nullopt;
    if (take('e') || take('E')) {
        if (!take('+')) take('-');
        if (!digits()) return std::nullopt;
    }
    return begin.substr(0, begin.size() - rest_.size());
}

std::optional<std::string_view> Cursor::value(int depth) noexcept {
    const std::string_view begin = rest_;
    if (!skip_value(depth)) return std::nullopt;
    return begin.substr(0, begin.size() - rest_.size());
}

bool Cursor::next_element(bool first) noexcept {
    skip_space();
    if (first) return front() != ']' && front() != '}';
    if (!take(',')) return false;
    skip_space();
    return true;
}

std::optional<std::string_view> Cursor::name() noexcept {
    const auto content = string();
    skip_space();
    if (!take(':')) return std::nullopt;
    skip_space();
    return content;
}

bool Cursor::skip_value(int depth) noexcept {
    switch (front()) {
        case '{':
            return depth > 0 && skip_group('}', depth - 1);
        case '[':
            return depth > 0 && skip_group(']', depth - 1);
        case '"':
            return string().has_value();
        case 't':
            return take("true");
        case 'f':
            return take("false");
        case 'n':
            return take("null");
        default:
            return number().has_value();
    }
}

bool Cursor::skip_group(char closing_bracket, int depth) noexcept {
    rest_.remove_prefix(1);
    for (bool first = true; next_element(first); first = false) {
        if (closing_bracket == '}' && !name()) return false;
        if (!skip_value(depth)) return false;
    }
    return take(closing_bracket);
}

bool Cursor::digits() noexcept {
    const std::size_t count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(count);
    return count != 0;
}

/// One that is not ordinary.
bool Cursor::character() noexcept {
    if (take('\\')) return escape_sequence();
    const std::size_t length = utf8_character(rest_);
    if (length == 0 || static_cast<unsigned char>(rest_.front()) < ' ') return false;
    rest_.remove_prefix(length);
    return true;
}

bool Cursor::escape_sequence() noexcept {
    if (!take('u')) {
        const bool known = !rest_.empty() && std::string_view("\"\\/bfnrt").find(rest_.front()) != rest_.npos;
        if (known) rest_.remove_prefix(1);
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
    const auto unit = hexadecimal(rest_);
    if (unit) rest_.remove_prefix(4);
    return unit;
}

std::string_view without_escapes(std::string_view content, std::string& scratch) {
    std::size_t backslash = content.find('\\');
    if (backslash == content.npos) return content;
    scratch.clear();
    while (backslash != content.npos) {
        scratch.append(content.substr(0, backslash));
        content.remove_prefix(backslash);
        content.remove_prefix(append_unescaped(scratch, content));
        backslash = content.find('\\');
    }
    return scratch.append(content);
}

}  // namespace mqtts::json
