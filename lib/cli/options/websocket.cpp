// SPDX-License-Identifier: Apache-2.0
// MQTT over WebSocket, for brokers that are reached through port 443 and HTTP proxies.
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

/// May the name of a header field contain this character [RFC 9110, 5.6.2]?
bool is_token(char c) {
    return is_visible(c) && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
}

/// Does the request have this field already, or would it change the meaning of the request?
bool is_ours(std::string_view name) {
    constexpr std::string_view ours[] = {"connection", "content-length", "host", "transfer-encoding", "upgrade"};
    const std::string text = lower_case(name);
    return std::ranges::find(ours, text) != std::end(ours) || text.starts_with("sec-websocket-");
}

Result<> set_path(Arguments& arguments, Values values) {
    const std::string_view path = values.front();
    if (!path.starts_with('/')) return bad("its value does not begin with a /", "give a path such as /mqtt");
    if (!std::ranges::all_of(path, is_visible) || path.find('#') != path.npos)
        return bad("the path contains a # or a character that is not visible ASCII",
                   "write it as % and two hexadecimal digits");
    arguments.connection.websocket_path = path;
    return {};
}

/// Adds a header. The failure never quotes the value: it may be a secret.
Result<> add_header(Arguments& arguments, Values values) {
    const std::string_view line = values.front();
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    if (colon == line.npos || name.empty() || !std::ranges::all_of(name, is_token))
        return bad("its value is not a header", "give a header such as 'Name: value'");
    if (is_ours(name)) return bad(std::string(name) + " is set by this program");
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    const std::string_view value = begin == line.npos ? std::string_view() : line.substr(begin);
    if (!std::ranges::all_of(value, [](char c) { return c == '\t' || (c >= ' ' && c < '\x7F'); }))
        return bad("the value of the header is not one line of ASCII");
    arguments.connection.websocket_headers.push_back(std::string(name) + ": " + std::string(value));
    return {};
}

/// Returns the value of the header, as in "Authorization: Bearer x".
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
     .help = "use MQTT over WebSocket, as wss:// does",
     .apply = [](Arguments& a, Values) { return put(a.connection.websocket, true); }},
    {.name = "ws-path",
     .value = "PATH",
     .section = section,
     .help = "request the WebSocket at PATH; default: /mqtt",
     .apply = set_path},
    {.name = "ws-header",
     .value = "HEADER",
     .section = section,
     .help = "add 'Name: value' to the request; repeatable",
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
