// SPDX-License-Identifier: Apache-2.0
#include "net/proxy.hpp"

#include <fmt/format.h>

#include "net/http_connect.hpp"
#include "net/socks4.hpp"
#include "net/socks5.hpp"

namespace mqtts::net {

namespace {

std::string_view name_of(ProxyScheme scheme) {
    switch (scheme) {
        case ProxyScheme::socks5h:
            return "socks5h";
        case ProxyScheme::socks5:
            return "socks5";
        case ProxyScheme::socks4a:
            return "socks4a";
        case ProxyScheme::socks4:
            return "socks4";
        case ProxyScheme::http:
            break;
    }
    return "http";
}

}  // namespace

Failure ProxyHandshake::speaks_other(std::string_view wanted, char first) {
    const auto speaks = [&](std::string_view other, std::string hint) {
        return unusable(fmt::format("it speaks {}, not {}", other, wanted), std::move(hint));
    };
    switch (first) {
        case 'H':
            if (wanted != "HTTP") return speaks("HTTP", "write http:// before its host");
            break;
        case '\5':
            return speaks("SOCKS 5", "write socks5h:// before its host");
        case '\0':
            return speaks("SOCKS 4", "write socks4a:// before its host");
        case '\x15':
        case '\x16':
            return speaks("TLS", "give the port where it accepts clients without TLS");
        default:
            break;
    }
    return unusable(fmt::format("it does not speak {}", wanted));
}

std::unique_ptr<ProxyHandshake> ask_proxy(const Proxy& proxy, const Endpoint& destination) {
    switch (proxy.scheme) {
        case ProxyScheme::socks4a:
        case ProxyScheme::socks4:
            return std::make_unique<Socks4>(proxy.credentials, destination);
        case ProxyScheme::http:
            return std::make_unique<HttpConnect>(proxy.credentials, destination);
        case ProxyScheme::socks5h:
        case ProxyScheme::socks5:
            break;
    }
    return std::make_unique<Socks5>(proxy.credentials, destination);
}

std::string to_string(const Proxy& proxy) {
    std::string url(name_of(proxy.scheme));
    url += "://";
    url += to_string(proxy.endpoint);
    return url;
}

}  // namespace mqtts::net
