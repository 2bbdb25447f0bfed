// SPDX-License-Identifier: Apache-2.0
#include "text/greeting.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mqtts {

namespace {

/// Are these the first bytes of a CONNACK? It begins with a space, but its small Remaining Length is not text.
bool is_connack(std::string_view bytes) noexcept {
    return bytes.size() >= 2 && bytes[0] == '\x20' && bytes[1] >= 2 && bytes[1] < ' ';
}

/// Names a protocol that does not begin with text, if users often reach it by mistake. Empty: it is not one of these.
std::string_view name_binary(std::string_view bytes) noexcept {
    using namespace std::string_view_literals;
    const auto has = [&](std::size_t at, std::string_view part) {
        return bytes.size() >= at + part.size() && bytes.substr(at, part.size()) == part;
    };
    if (has(1, "\0\0\0\n"sv)) return "MySQL";
    if (has(0, "0"sv) && (has(2, "\2\1"sv) ? bytes[1] > 0 : has(1, "\x84\0\0\0"sv) && has(6, "\2\1"sv))) return "LDAP";
    if (has(0, "\0"sv) && has(5, "\0\0\0\0"sv) && (bytes[3] == 4 || bytes[3] == 7)) return "HTTP/2";
    if (has(0, "\xFF"sv) && bytes.size() > 1 && bytes[1] >= '\xFB' && bytes[1] <= '\xFE') return "Telnet";
    return {};
}

/// May name_binary() know these bytes once more of them have come? Otherwise a slow link would have another name for
/// the protocol than a fast one.
bool may_get_name(std::string_view bytes) noexcept {
    using namespace std::string_view_literals;
    if (bytes.size() < 2) return true;
    const std::string_view rest = bytes.substr(1);
    if (constexpr std::string_view mysql = "\0\0\0\n"sv; rest.size() < mysql.size() && mysql.starts_with(rest))
        return true;
    if (bytes[0] == '0') return bytes.size() < 4 || (rest[0] == '\x84' && bytes.size() < 8);  // LDAP
    return bytes[0] == '\0' && bytes.size() < 9;                                              // HTTP/2
}

std::string_view without_empty_lines(std::string_view bytes) noexcept {
    return bytes.substr(std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
}

bool is_web_page(std::string_view text) noexcept {
    return text.starts_with("HTTP/") || text.starts_with("<!DOCTYPE") || text.starts_with("<!doctype") ||
           text.starts_with("<html") || text.starts_with("<HTML");
}

}  // namespace

std::string_view greeting(std::string_view bytes) noexcept {
    const auto end = std::ranges::find_if(bytes, [](char c) { return c < ' ' || c > '~'; });
    return bytes.substr(0, std::min(static_cast<std::size_t>(end - bytes.begin()), longest_greeting));
}

bool is_telling(std::string_view first_bytes) noexcept {
    if (may_get_name(first_bytes)) return false;
    first_bytes = without_empty_lines(first_bytes);
    return greeting(first_bytes).size() < std::min(first_bytes.size(), longest_greeting) ||
           first_bytes.size() >= longest_greeting;
}

std::string name_protocol(std::string_view first_bytes) {
    if (const std::string_view binary = name_binary(first_bytes); !binary.empty()) return std::string(binary);
    const std::string_view shown = without_empty_lines(first_bytes);
    std::string_view text = greeting(shown);
    const bool is_line = text.size() == shown.size() || shown[text.size()] == '\r' || shown[text.size()] == '\n';
    if (text.size() < fewest_of_text && !is_line) text = {};  // a byte that looks like a letter
    if (is_web_page(text)) return "HTTP";
    if (text.starts_with("SSH-")) return "SSH";
    if (text.starts_with("AMQP")) return "AMQP";
    if (is_connack(first_bytes)) return "plain MQTT";
    return text.empty() ? "binary data" : fmt::format("\"{}\"", text);
}

}  // namespace mqtts
