// SPDX-License-Identifier: Apache-2.0
#include "net/no_proxy.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <utility>

#include "text/ascii.hpp"

namespace mqtts::net {

namespace {

namespace ip = boost::asio::ip;

/// Splits an entry into host and port; the port may be empty. An IPv6 address may lack its brackets.
std::pair<std::string_view, std::string_view> split_port(std::string_view entry) {
    const std::size_t colon = entry.rfind(':');
    const bool has_port = colon != entry.npos && (entry.find(':') == colon || entry[colon - 1] == ']');
    std::string_view host = has_port ? entry.substr(0, colon) : entry;
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return {host, has_port ? entry.substr(colon + 1) : std::string_view()};
}

std::string_view without_zone(std::string_view address) {
    return address.substr(0, address.find('%'));
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

std::string plain_name(std::string_view name) {
    while (name.ends_with('.'))
        name.remove_suffix(1);
    return lower_case(name);
}

bool matches_name(std::string_view entry, std::string_view host) {
    if (entry.starts_with("*.")) entry.remove_prefix(1);
    if (entry.starts_with('.')) entry.remove_prefix(1);
    const std::string domain = plain_name(entry);
    const std::string name = plain_name(host);
    return !domain.empty() && (name == domain || name.ends_with("." + domain));
}

bool matches(std::string_view entry, std::string_view host, std::uint16_t port) {
    const auto [place, only_port] = split_port(entry);
    if (!only_port.empty() && only_port != std::to_string(port)) return false;
    if (place == "*") return true;
    boost::system::error_code error;
    const ip::address address = ip::make_address(without_zone(host), error);
    if (error) return matches_name(place, host);
    if (place.find('/') != place.npos) return is_in_network(address, std::string(place));
    return ip::make_address(without_zone(place), error) == address && !error;
}

}  // namespace

bool goes_direct(const std::vector<std::string>& no_proxy, std::string_view host, std::uint16_t port) {
    return std::ranges::any_of(no_proxy, [&](const std::string& entry) { return matches(entry, host, port); });
}

}  // namespace mqtts::net
