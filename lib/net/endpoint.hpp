// SPDX-License-Identifier: Apache-2.0
// Says where a server is, and how to reach it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mqtts::net {

/// How to request a WebSocket [RFC 6455].
struct WebSocketSettings {
    std::string path = "/mqtt";        // with the query, as the request has it
    std::vector<std::string> headers;  // "Name: value", for the request
};

struct Endpoint {
    std::string host;  // a name, or an IP literal without brackets
    std::uint16_t port = 8883;
    std::optional<WebSocketSettings> websocket = {};  // MQTT over a WebSocket, inside TLS; nothing: over TLS alone
};

/// Returns "host:port" or "[::1]:port".
[[nodiscard]] std::string to_string(const Endpoint& endpoint);

/// The kinds of proxy, named as in its URL.
enum class ProxyScheme : std::uint8_t {
    socks5h,  // SOCKS 5 [RFC 1928]: the proxy resolves the name
    socks5,   // the same, but the name is resolved here
    socks4a,  // SOCKS 4A: the proxy resolves the name
    socks4,   // SOCKS 4: the name is resolved here, and only IPv4 works
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

/// How to reach an endpoint by TCP.
struct Route {
    AddressFamily family = AddressFamily::any;
    std::string bind_address;            // name or address to connect from; empty: the system's choice
    std::optional<Endpoint> connect_to;  // connect there; TLS still expects the endpoint's own name
    std::optional<Proxy> proxy;
    std::vector<std::string> no_proxy;  // the hosts reached without it: see net/no_proxy.hpp
};

}  // namespace mqtts::net
