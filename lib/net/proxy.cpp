// SPDX-License-Identifier: Apache-2.0
#include "net/proxy.hpp"

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

std::string_view ProxyHandshake::other_protocol(char first) noexcept {
    switch (first) {
        case 'H':
            return ", but HTTP: write http:// before its host";
        case '\5':
            return ", but SOCKS 5: write socks5h:// before its host";
        case '\0':
            return ", but SOCKS 4: write socks4a:// before its host";
        case '\x15':
        case '\x16':
            return ", but TLS: give the port where it takes clients without TLS";
        default:
            return "";
    }
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
