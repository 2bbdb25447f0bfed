// SPDX-License-Identifier: Apache-2.0
// -L: the broker, its credentials and the topic in one URL [RFC 3986],
//
//     mqtts://[user[:password]@]host[:port][/topic]
//     wss://[user[:password]@]host[:port][/topic]
//
// wss:// stands for MQTT in a WebSocket, and has the port of https, 443. As with mosquitto, what follows the slash is
// the topic there, too; the path of the WebSocket is an option of its own, --ws-path. Every part may hold
// percent-encoded bytes. An IPv6 address stands in brackets. The topic is all that follows the slash, with any ? and #
// in it.
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

/// The failure never shows the password.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

}  // namespace mqtts::cli
