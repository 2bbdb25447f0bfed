// SPDX-License-Identifier: Apache-2.0
// The way to the broker.
#include <algorithm>
#include <string_view>
#include <utility>

#include "cli/arguments.hpp"
#include "cli/options/tables.hpp"
#include "cli/values/proxy_url.hpp"
#include "cli/values/uri.hpp"
#include "cli/values/value.hpp"

namespace mqtts::cli {

namespace network_table {
namespace {

constexpr std::string_view section = "Network";

/// Stores the proxy. An empty value removes an earlier one.
Result<> set_proxy(Arguments& arguments, Values values) {
    arguments.connection.route.proxy.reset();
    if (values.front().empty()) return {};
    auto proxy = parse_proxy_url(values.front());
    if (!proxy) return proxy.error();
    arguments.connection.route.proxy = *std::move(proxy);
    return {};
}

/// Stores hosts that commas or blanks separate. An empty list removes an earlier one.
Result<> set_no_proxy(Arguments& arguments, Values values) {
    constexpr std::string_view separators = ", \t";
    auto& hosts = arguments.connection.route.no_proxy;
    hosts.clear();
    std::string_view rest = values.front();
    while (!rest.empty()) {
        const std::string_view host = rest.substr(0, rest.find_first_of(separators));
        if (!host.empty()) hosts.emplace_back(host);
        rest.remove_prefix(std::min(host.size() + 1, rest.size()));
    }
    return {};
}

Result<> set_connect_to(Arguments& arguments, Values values) {
    auto parsed = parse_host(values.front());
    if (!parsed) return parsed.error();
    if (!parsed->port) return bad("the port is missing", "give HOST:PORT");
    arguments.connection.route.connect_to = {.host = std::move(parsed->host), .port = *parsed->port};
    return {};
}

constexpr Option table[] = {
    {.name = "proxy",
     .value = "URL",
     .section = section,
     .help = "use a proxy: socks5h|socks5|http://[user:pw@]host:port",
     .secret = proxy_secret,
     .apply = set_proxy},
    {.name = "no-proxy",
     .value = "HOSTS",
     .section = section,
     .help = "use no proxy for these names, addresses, networks, *",
     .apply = set_no_proxy},
    {.name = "bind-address",
     .letter = 'A',
     .value = "ADDRESS",
     .section = section,
     .help = "connect from this local address",
     .completion = Completion::host,
     .apply = [](Arguments& a, Values v) { return set(a.connection.route.bind_address, not_empty(v.front())); }},
    {.name = "ipv4",
     .section = section,
     .help = "use only IPv4 addresses",
     .apply = [](Arguments& a, Values) { return put(a.connection.route.family, net::AddressFamily::ipv4); }},
    {.name = "ipv6",
     .section = section,
     .help = "use only IPv6 addresses",
     .apply = [](Arguments& a, Values) { return put(a.connection.route.family, net::AddressFamily::ipv6); }},
    {.name = "connect-to",
     .value = "HOST:PORT",
     .section = section,
     .help = "connect to HOST:PORT, but verify the name of -h",
     .completion = Completion::host,
     .apply = set_connect_to},
};

}  // namespace
}  // namespace network_table

std::span<const Option> network_options() noexcept {
    return network_table::table;
}

}  // namespace mqtts::cli
