// SPDX-License-Identifier: Apache-2.0
#include "net/proxy.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "net/http_connect.hpp"
#include "net/socks5.hpp"
#include "text/ascii.hpp"

namespace mqtts::net {

namespace {

namespace ip = boost::asio::ip;

std::string_view name_of(ProxyScheme scheme) {
    switch (scheme) {
        case ProxyScheme::socks5h:
            return "socks5h";
        case ProxyScheme::socks5:
            return "socks5";
        case ProxyScheme::http:
            break;
    }
    return "http";
}

bool is_in_network(const ip::address& address, const std::string& network) {
    boost::system::error_code error;
    if (address.is_v4()) {
        const auto range = ip::make_network_v4(network, error);
        return !error && (ip::network_v4(address.to_v4(), 32).is_subnet_of(range) ||
                          ip::network_v4(address.to_v4(), 32) == range);
    }
    const auto range = ip::make_network_v6(network, error);
    return !error &&
           (ip::network_v6(address.to_v6(), 128).is_subnet_of(range) || ip::network_v6(address.to_v6(), 128) == range);
}

bool matches(std::string_view entry, std::string_view host) {
    if (entry == "*") return true;
    boost::system::error_code error;
    const ip::address address = ip::make_address(host, error);
    if (!error) {
        if (entry.find('/') != entry.npos) return is_in_network(address, std::string(entry));
        if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
        return ip::make_address(entry, error) == address && !error;
    }
    const std::string name = lower_case(host);
    std::string domain = lower_case(entry);
    if (domain.starts_with('.')) domain.erase(0, 1);
    return !domain.empty() && (name == domain || name.ends_with("." + domain));
}

}  // namespace

std::unique_ptr<ProxyHandshake> ask_proxy(const Proxy& proxy, const Endpoint& destination) {
    if (proxy.scheme == ProxyScheme::http) return std::make_unique<HttpConnect>(proxy.credentials, destination);
    return std::make_unique<Socks5>(proxy.credentials, destination);
}

std::string to_string(const Proxy& proxy) {
    std::string url(name_of(proxy.scheme));
    url += "://";
    url += to_string(proxy.endpoint);
    return url;
}

bool goes_direct(const std::vector<std::string>& no_proxy, std::string_view host) {
    return std::ranges::any_of(no_proxy, [&](const std::string& entry) { return matches(entry, host); });
}

}  // namespace mqtts::net
