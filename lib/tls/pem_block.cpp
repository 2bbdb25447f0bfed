// SPDX-License-Identifier: Apache-2.0
#include "tls/pem_block.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "text/escape.hpp"
#include "tls/library.hpp"

namespace mqtts::tls {

namespace {

constexpr std::string_view end_marker = "-----END ";
constexpr std::string_view dashes = "-----";
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";  // Windows puts it at the beginning

/// Returns the line that begins at `position`, without trailing blanks and control characters, which OpenSSL ignores.
std::string_view line_at(std::string_view text, std::size_t position) {
    const std::string_view line = text.substr(position, text.find('\n', position) - position);
    const auto last =
        std::find_if(line.rbegin(), line.rend(), [](char c) { return static_cast<signed char>(c) > ' '; });
    return line.substr(0, static_cast<std::size_t>(line.rend() - last));
}

std::size_t next_line(std::string_view text, std::size_t position) {
    const std::size_t end = text.find('\n', position);
    return end == text.npos ? text.size() : end + 1;
}

bool begins_line(std::string_view text, std::size_t position) {
    return position == 0 || text[position - 1] == '\n' || text.substr(0, position) == utf8_mark;
}

bool is_base64(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/// Is this base64, perhaps with the padding at its end?
bool is_base64_line(std::string_view line) {
    const std::size_t padding = std::min(line.size(), line.find('='));
    return std::ranges::all_of(line.substr(0, padding), is_base64) && line.find_first_not_of('=', padding) == line.npos;
}

/// Finds the body: it follows the -----BEGIN line and the headers of an encrypted key, which end with an empty line.
std::size_t body_of(std::string_view text, const PemBlock& block) {
    std::size_t body = next_line(text, block.position);
    if (line_at(text, body).find(':') == text.npos) return body;
    while (body < text.size() && !line_at(text, body).empty())
        body = next_line(text, body);
    return next_line(text, body);
}

}  // namespace

std::optional<PemBlock> next_block(std::string_view text, std::size_t from) {
    for (std::size_t at = text.find(begin_marker, from); at != text.npos; at = text.find(begin_marker, at + 1)) {
        std::string_view label = line_at(text, at).substr(begin_marker.size());
        if (!begins_line(text, at) || !label.ends_with(dashes)) continue;
        label.remove_suffix(dashes.size());
        if (label.find_first_of("-\r") == label.npos) return PemBlock{label, at};
    }
    return std::nullopt;
}

std::ptrdiff_t line_number(std::string_view text, std::size_t position) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(position, text.size()));
    return 1 + std::count(text.begin(), end, '\n');
}

std::string fault_in(std::string_view text, const PemBlock& block) {
    const std::string label = escape(block.label);
    const auto first = line_number(text, block.position);
    const std::size_t body = body_of(text, block);
    const std::size_t width = line_at(text, body).size();
    std::size_t odd = text.npos;  // a line before the last that is not as long as the first
    std::size_t at = body;
    for (; at < text.size() && !line_at(text, at).starts_with(dashes); at = next_line(text, at)) {
        const std::string_view line = line_at(text, at);
        const std::size_t next = next_line(text, at);
        const bool is_last = next >= text.size() || line_at(text, next).starts_with(dashes);
        if (line.empty() && next < text.size())
            return fmt::format("line {}: empty, in the {} that begins at line {}", line_number(text, at), label, first);
        if (!is_base64_line(line) || (line.ends_with('=') && !is_last))
            return fmt::format("line {}: not base64, in the {} that begins at line {}", line_number(text, at), label,
                               first);
        if (odd == text.npos && line.size() != width && (!is_last || line.size() > width)) odd = at;
    }
    if (at >= text.size())
        return fmt::format("line {}: the file ends here, within the {} that begins at line {}",
                           line_number(text, text.size() - 1), label, first);
    if (line_at(text, at) != fmt::format("{}{}{}", end_marker, block.label, dashes))
        return fmt::format("line {}: the {} that begins at line {} must end here with {}{}{}", line_number(text, at),
                           label, first, end_marker, label, dashes);
    if (odd != text.npos)
        return fmt::format(
            "line {}: not as long as the other lines of the {} that begins at line {}: something is missing or was "
            "added",
            line_number(text, odd), label, first);
    if (body != next_line(text, block.position))
        return fmt::format(
            "line {}: wrong headers: those of an encrypted key are \"Proc-Type: 4,ENCRYPTED\" and \"DEK-Info:\" with a "
            "cipher and its initialization vector",
            first + 1);
    return fmt::format("lines {} to {}: the {} is damaged, or of a kind that OpenSSL {} does not support", first,
                       line_number(text, at), label, library_version());
}

}  // namespace mqtts::tls
