// SPDX-License-Identifier: Apache-2.0
// The value of -L: the broker, its credentials and the topic in one URL [RFC 3986],
//
//     mqtts://[user[:password]@]host[:port][/topic]
//     wss://[user[:password]@]host[:port][/topic]
//
// wss:// means MQTT in a WebSocket, with the port of https, 443. As with mosquitto, the topic follows the slash there
// as well; the path of the WebSocket has an option of its own, --ws-path. Every part may contain percent-encoded bytes.
// An IPv6 address is in brackets. The topic is everything after the slash, with any ? and # in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/option.hpp"

namespace mqtts::cli {

struct Url {
    std::string host;  // without brackets
    std::uint16_t port = 8883;
    bool websocket = false;
    std::optional<std::string> user_name;
    std::optional<std::string> password;
    std::string topic;  // empty: none
};

/// Reads a URL. The failure never quotes the password.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

}  // namespace mqtts::cli
