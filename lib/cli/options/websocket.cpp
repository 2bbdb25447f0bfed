// SPDX-License-Identifier: Apache-2.0
// MQTT in a WebSocket, for brokers behind the port and the proxies of the web.
#include <algorithm>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/value.hpp"
#include "text/ascii.hpp"

namespace mqtts::cli {

namespace websocket_table {
namespace {

constexpr std::string_view section = "WebSocket";

bool is_visible(char c) {
    return c > ' ' && c < '\x7F';
}

/// What can stand in the name of a header field [RFC 9110, 5.6.2].
bool is_token(char c) {
    return is_visible(c) && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
}

/// Fields that the request has already, or that would change what it means.
bool is_ours(std::string_view name) {
    constexpr std::string_view ours[] = {"connection", "content-length", "host", "transfer-encoding", "upgrade"};
    const std::string text = lower_case(name);
    return std::ranges::find(ours, text) != std::end(ours) || text.starts_with("sec-websocket-");
}

Outcome<> set_path(Arguments& arguments, Values values) {
    const std::string_view path = values.front();
    if (!path.starts_with('/')) return bad("a path begins with /");
    if (!std::ranges::all_of(path, is_visible) || path.find('#') != path.npos)
        return bad("a path holds visible ASCII characters but #; others are written as % and two hexadecimal digits");
    arguments.connection.websocket_path = path;
    return {};
}

/// The failure never shows the value: it may be a secret.
Outcome<> add_header(Arguments& arguments, Values values) {
    const std::string_view line = values.front();
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    if (colon == line.npos || name.empty() || !std::ranges::all_of(name, is_token))
        return bad("not a header such as 'Name: value'");
    if (is_ours(name)) return bad(std::string(name) + " is not for you to decide");
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    const std::string_view value = begin == line.npos ? std::string_view() : line.substr(begin);
    if (!std::ranges::all_of(value, [](char c) { return c == '\t' || (c >= ' ' && c < '\x7F'); }))
        return bad("the value of a header is one line of ASCII");
    arguments.connection.websocket_headers.push_back(std::string(name) + ": " + std::string(value));
    return {};
}

/// The value of the header, as in "Authorization: Bearer x".
std::string_view header_secret(Values values) noexcept {
    const std::string_view line = values.front();
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return {};
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == line.npos ? std::string_view() : line.substr(begin);
}

constexpr Option table[] = {
    {.name = "ws",
     .section = section,
     .help = "speak MQTT in a WebSocket inside TLS, as wss:// does",
     .apply = [](Arguments& a, Values) { return put(a.connection.websocket, true); }},
    {.name = "ws-path",
     .value = "PATH",
     .section = section,
     .help = "where the broker offers the WebSocket; without it /mqtt",
     .apply = set_path},
    {.name = "ws-header",
     .value = "HEADER",
     .section = section,
     .help = "'Name: value' for the request; repeatable",
     .repeatable = true,
     .secret = header_secret,
     .apply = add_header},
};

}  // namespace
}  // namespace websocket_table

std::span<const Option> websocket_options() noexcept {
    return websocket_table::table;
}

}  // namespace mqtts::cli
