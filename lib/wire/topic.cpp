// SPDX-License-Identifier: Apache-2.0
#include "wire/topic.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "text/utf8.hpp"

namespace mqtts::wire {

namespace {

/// Tells whether all of these eight bytes are within 0x01 to 0x7F. Subtracting one from each byte sets the top bit of
/// one that was zero.
bool is_plain_ascii(const char* eight_bytes) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, eight_bytes, sizeof word);
    return (((word - 0x0101'0101'0101'0101U) | word) & 0x8080'8080'8080'8080U) == 0;
}

constexpr std::uint64_t in_each_byte(char byte) noexcept {
    return 0x0101'0101'0101'0101U * static_cast<unsigned char>(byte);
}

/// Tells whether it is a Topic Name of printable ASCII; most are, and are checked eight bytes at a time. false: look
/// closer.
bool is_plain_topic_name(std::string_view text) noexcept {
    // Subtracting one from each byte sets the top bit of the lowest that was zero, and of none below it; subtracting a
    // blank sets that of the lowest that was less.
    const auto is_plain = [](std::uint64_t word) {
        constexpr std::uint64_t ones = in_each_byte(1);
        const std::uint64_t found = word | (word - in_each_byte(' ')) | ((word ^ in_each_byte('#')) - ones) |
                                    ((word ^ in_each_byte('+')) - ones) | ((word ^ in_each_byte('\x7F')) - ones);
        return (found & in_each_byte('\x80')) == 0;
    };
    std::uint64_t word = in_each_byte('a');
    const char* const end = text.data() + text.size();
    if (text.size() < sizeof word) {
        std::memcpy(&word, text.data(), text.size());
        return is_plain(word);
    }
    for (const char* at = text.data(); end - at > static_cast<std::ptrdiff_t>(sizeof word); at += sizeof word) {
        std::memcpy(&word, at, sizeof word);
        if (!is_plain(word)) return false;
    }
    std::memcpy(&word, end - sizeof word, sizeof word);  // the last eight, some of them for the second time
    return is_plain(word);
}

bool is_non_character(char32_t code) noexcept {
    return (code >= 0xFDD0 && code <= 0xFDEF) || (code & 0xFFFE) == 0xFFFE;
}

bool is_unwelcome(char32_t code) noexcept {
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || is_non_character(code);
}

/// Returns the text from the first character that a broker need not take, or from the first bytes that are no
/// character; empty: it has neither.
std::string_view from_unwelcome(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t length = utf8_character(text);
        if (length == 0 || is_unwelcome(code_point(text.substr(0, length)))) return text;
        text.remove_prefix(length);
    }
    return text;
}

/// Returns the name of the character.
std::string_view name_of(char32_t code) noexcept {
    switch (code) {
        case U'\0':
            return "a NUL";
        case U'\t':
            return "a tab";
        case U'\n':
            return "a newline";
        case U'\r':
            return "a carriage return";
        default:
            return is_non_character(code) ? "a non-character" : "a control character";
    }
}

std::string_view first_level(std::string_view levels) noexcept {
    return levels.substr(0, levels.find('/'));
}

bool wildcards_are_whole_levels(std::string_view filter) noexcept {
    for (;;) {
        const std::string_view level = first_level(filter);
        const bool last = level.size() == filter.size();
        if (level.find('#') != level.npos && !(level == "#" && last)) return false;
        if (level.find('+') != level.npos && level != "+") return false;
        if (last) return true;
        filter.remove_prefix(level.size() + 1);
    }
}

/// Returns the filter of "$share/name/filter", which may be missing; any other filter unchanged.
std::string_view without_share_name(std::string_view filter) noexcept {
    if (!filter.starts_with(share_prefix)) return filter;
    filter.remove_prefix(share_prefix.size());
    const std::size_t end = filter.find('/');
    return end == filter.npos ? std::string_view() : filter.substr(end + 1);
}

bool begins_with_wildcard(std::string_view filter) noexcept {
    return filter.starts_with('+') || filter.starts_with('#');
}

/// Tells whether two filters still have a Topic Name in common, of which one has ended and the other goes on with
/// `rest`. `is_empty`: all that they have matched is the empty text, which is no Topic Name.
bool ends_match(std::string_view rest, bool is_empty) noexcept {
    return !is_empty && (rest.empty() || rest == "/#");  // "a/#" matches "a" too [MQTT-4.7.1-2]
}

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        if (text.size() >= 8 && is_plain_ascii(text.data())) {
            text.remove_prefix(8);
            continue;
        }
        const std::size_t length = text[0] != '\0' ? utf8_character(text) : 0;
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

bool is_topic_name(std::string_view text) noexcept {
    if (text.empty() || text.size() > longest_string) return false;
    if (is_plain_topic_name(text)) return true;
    return text.find('#') == text.npos && text.find('+') == text.npos && is_valid_utf8(text);
}

bool is_sendable_topic_name(std::string_view text) noexcept {
    if (text.empty() || text.size() > longest_string) return false;
    return is_plain_topic_name(text) || (is_topic_name(text) && from_unwelcome(text).empty());
}

std::string objection_to(std::string_view text) {
    const std::string_view from = from_unwelcome(text);
    if (from.empty()) return {};
    const std::size_t length = utf8_character(from);
    if (length == 0) return "it is not UTF-8";
    const char32_t code = code_point(from.substr(0, length));
    return fmt::format("it contains {} (U+{:04X}), which makes brokers close the connection", name_of(code),
                       static_cast<unsigned>(code));
}

std::string_view hint_for_text(std::string_view text) noexcept {
    return from_unwelcome(text).starts_with('\r') ? "remove the carriage returns of Windows with tr -d '\\r'" : "";
}

bool is_topic_filter(std::string_view text) noexcept {
    if (text.empty() || text.size() > longest_string || !is_valid_utf8(text)) return false;
    if (text.starts_with(share_prefix)) {
        const std::string_view share_name = first_level(text.substr(share_prefix.size()));
        if (share_name.empty() || share_name.find_first_of("+#") != text.npos) return false;
        text = without_share_name(text);
    }
    return !text.empty() && wildcards_are_whole_levels(text);
}

bool matches(std::string_view topic_filter, std::string_view topic_name) noexcept {
    std::string_view filter = without_share_name(topic_filter);
    std::string_view name = topic_name;
    if (name.starts_with('$') && begins_with_wildcard(filter)) return false;
    for (;;) {
        const std::string_view wanted = first_level(filter);
        const std::string_view level = first_level(name);
        if (wanted == "#") return true;
        if (wanted != "+" && wanted != level) return false;
        filter.remove_prefix(wanted.size());
        name.remove_prefix(level.size());
        if (name.empty()) return filter.empty() || filter == "/#";  // "a/#" matches "a" too [MQTT-4.7.1-2]
        if (filter.empty()) return false;
        filter.remove_prefix(1);
        name.remove_prefix(1);
    }
}

bool overlap(std::string_view one, std::string_view other) noexcept {
    one = without_share_name(one);
    other = without_share_name(other);
    if (one.starts_with('$') && begins_with_wildcard(other)) return false;
    if (other.starts_with('$') && begins_with_wildcard(one)) return false;
    for (bool is_first = true;; is_first = false) {
        const std::string_view level = first_level(one);
        const std::string_view other_level = first_level(other);
        if (level == "#" || other_level == "#") return true;
        if (level != "+" && other_level != "+" && level != other_level) return false;
        one.remove_prefix(level.size());
        other.remove_prefix(other_level.size());
        const bool is_empty = is_first && (level.empty() || other_level.empty());
        if (one.empty() || other.empty()) return ends_match(one.empty() ? other : one, is_empty);
        one.remove_prefix(1);
        other.remove_prefix(1);
    }
}

}  // namespace mqtts::wire
