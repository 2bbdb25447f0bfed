// SPDX-License-Identifier: Apache-2.0
#include "text/greeting.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mqtts {

namespace {

/// CONNACK begins with a space; a Remaining Length so small is no text behind it.
bool is_connack(std::string_view bytes) noexcept {
    return bytes.size() >= 2 && bytes[0] == '\x20' && bytes[1] >= 2 && bytes[1] < ' ';
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
    return greeting(first_bytes).size() < std::min(first_bytes.size(), longest_greeting) ||
           first_bytes.size() >= longest_greeting;
}

std::string name_protocol(std::string_view first_bytes) {
    const std::string_view text = greeting(first_bytes);
    if (is_web_page(text)) return "HTTP";
    if (text.starts_with("SSH-")) return "SSH";
    if (text.starts_with("AMQP")) return "AMQP";
    if (is_connack(first_bytes)) return "plain MQTT";
    return text.empty() ? "something that is no text" : fmt::format("\"{}\"", text);
}

}  // namespace mqtts
