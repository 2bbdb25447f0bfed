// SPDX-License-Identifier: Apache-2.0
// Where a server is, and the way there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mqtts::net {

/// How to ask for a WebSocket [RFC 6455].
struct WebSocketSettings {
    std::string path = "/mqtt";        // and query, as it stands in the request
    std::vector<std::string> headers;  // "Name: value", for the request
};

struct Endpoint {
    std::string host;  // a name, or an IP literal without brackets
    std::uint16_t port = 8883;
    std::optional<WebSocketSettings> websocket = {};  // MQTT goes through one, inside TLS; nothing: through TLS alone
};

/// "host:port", "[::1]:port".
[[nodiscard]] std::string to_string(const Endpoint& endpoint);

/// The kinds of proxy, named as in its URL.
enum class ProxyScheme : std::uint8_t {
    socks5h,  // SOCKS 5 [RFC 1928]: the proxy looks the name up
    socks5,   // the same, but the name is looked up here
    socks4a,  // SOCKS 4A: the proxy looks the name up
    socks4,   // SOCKS 4: the name is looked up here, and only IPv4 gets through
    http,     // CONNECT [RFC 9110, 9.3.6]
};

struct ProxyCredentials {
    std::string user_name;
    std::string password;
};

struct Proxy {
    ProxyScheme scheme = ProxyScheme::socks5h;
    Endpoint endpoint;
    std::optional<ProxyCredentials> credentials = {};
};

enum class AddressFamily : std::uint8_t { any, ipv4, ipv6 };

/// How TCP gets to an endpoint.
struct Route {
    AddressFamily family = AddressFamily::any;
    std::string bind_address;            // name or address to connect from; empty: the system's choice
    std::optional<Endpoint> connect_to;  // connect there; what TLS expects is still the endpoint's own name
    std::optional<Proxy> proxy;
    std::vector<std::string> no_proxy;  // what is reached without it: see net/no_proxy.hpp
};

}  // namespace mqtts::net
