// SPDX-License-Identifier: Apache-2.0
#include "cli/resolve/network.hpp"

#include <algorithm>
#include <optional>

#include "cli/resolve/typed.hpp"
#include "net/no_proxy.hpp"

namespace mqtts::cli {

namespace {

Result<std::optional<net::WebSocketSettings>> resolve_websocket(const ConnectionArguments& typed) {
    std::optional<net::WebSocketSettings> websocket;
    if (!typed.websocket) {
        if (typed.websocket_path)
            return bad("--ws-path needs a WebSocket", "give --ws, or a URL with wss://", {"--ws-path", "--ws"});
        if (!typed.websocket_headers.empty())
            return bad("--ws-header needs a WebSocket", "give --ws, or a URL with wss://", {"--ws-header", "--ws"});
        return websocket;
    }
    websocket.emplace();
    take(websocket->path, typed.websocket_path);
    websocket->headers = typed.websocket_headers;
    return websocket;
}

/// Refuses what SOCKS 4 cannot do: it has only IPv4 addresses.
Result<> check_socks4(const net::Route& route, const std::vector<net::Endpoint>& endpoints) {
    const bool takes_names = route.proxy && route.proxy->scheme == net::ProxyScheme::socks4a;
    if (!takes_names && !(route.proxy && route.proxy->scheme == net::ProxyScheme::socks4)) return {};
    for (const net::Endpoint& endpoint : endpoints) {
        const net::Endpoint& destination = route.connect_to ? *route.connect_to : endpoint;
        if (net::goes_direct(route.no_proxy, destination.host, destination.port)) continue;
        if (destination.host.find(':') != std::string::npos)
            return bad("a SOCKS 4 proxy cannot connect to an IPv6 address", "give a host name, or a SOCKS 5 proxy",
                       {"--proxy", route.connect_to ? "--connect-to" : "-h"});
        if (!takes_names && route.family == net::AddressFamily::ipv6)
            return bad("--ipv6 and a socks4:// proxy exclude each other: SOCKS 4 has no IPv6 addresses",
                       "leave out --ipv6, or give a SOCKS 5 proxy", {"--ipv6", "--proxy"});
    }
    return {};
}

}  // namespace

bool all_have_ports(const std::vector<HostAndPort>& hosts) noexcept {
    return std::ranges::all_of(hosts, [](const HostAndPort& host) { return host.port.has_value(); });
}

Result<std::vector<net::Endpoint>> resolve_endpoints(const Arguments& arguments) {
    const ConnectionArguments& typed = arguments.connection;
    const auto websocket = resolve_websocket(typed);
    if (!websocket) return websocket.error();
    if (typed.hosts.size() > 1 && typed.route.connect_to)
        return bad("--connect-to gives the address of one host, and -h names several", "give only one host with -h",
                   {"--connect-to", "-h"});
    std::vector<net::Endpoint> endpoints;
    for (const HostAndPort& host : typed.hosts) {
        net::Endpoint& endpoint = endpoints.emplace_back();
        endpoint.host = host.host;
        take(endpoint.port, host.port ? host.port : typed.port);
        endpoint.websocket = *websocket;
    }
    if (auto checked = check_socks4(resolve_route(arguments), endpoints); !checked) return checked.error();
    return endpoints;
}

net::Route resolve_route(const Arguments& arguments) {
    net::Route route = arguments.connection.route;
    if (arguments.connection.proxy_inherited)
        route.no_proxy.insert(route.no_proxy.end(), hosts_without_inherited_proxy().begin(),
                              hosts_without_inherited_proxy().end());
    return route;
}

const std::vector<std::string>& hosts_without_inherited_proxy() {
    static const std::vector<std::string> hosts{"localhost", "127.0.0.0/8", "::1"};
    return hosts;
}

}  // namespace mqtts::cli
