// SPDX-License-Identifier: Apache-2.0
#include "cli/values/proxy_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "cli/bad_option.hpp"
#include "cli/quote.hpp"
#include "cli/values/uri.hpp"
#include "text/ascii.hpp"

namespace mqtts::cli {

namespace {

using net::ProxyCredentials;
using net::ProxyScheme;

constexpr std::size_t longest_of_socks = 255;  // host, user name, password [RFC 1928; RFC 1929]
constexpr std::uint16_t socks_port = 1080;

Result<ProxyScheme> parse_scheme(std::string_view text) {
    const std::string name = lower_case(text);
    if (name == "socks5h") return ProxyScheme::socks5h;
    if (name == "socks5") return ProxyScheme::socks5;
    if (name == "http") return ProxyScheme::http;
    return bad(fmt::format("the scheme is socks5h://, socks5:// or http://, and not {}", quoted(text)));
}

Result<> check_credentials(const ProxyCredentials& credentials, ProxyScheme scheme) {
    if (scheme == ProxyScheme::http) {
        if (credentials.user_name.find(':') != std::string::npos)
            return bad("a user name for an HTTP proxy cannot have a : in it");
        return {};
    }
    if (std::max(credentials.user_name.size(), credentials.password.size()) > longest_of_socks)
        return bad(fmt::format("SOCKS takes no user name or password longer than {} bytes", longest_of_socks));
    return {};
}

Result<ProxyCredentials> parse_credentials(const WrittenUrl& url, ProxyScheme scheme) {
    auto user_name = percent_decoded(url.user_name.value_or(""), "user name");
    if (!user_name) return user_name.error();
    auto password = percent_decoded(url.password.value_or(""), "password");
    if (!password) return password.error();
    ProxyCredentials credentials{.user_name = *std::move(user_name), .password = *std::move(password)};
    if (auto checked = check_credentials(credentials, scheme); !checked) return checked.error();
    return credentials;
}

}  // namespace

Result<net::Proxy> parse_proxy_url(std::string_view text) {
    const auto url = take_apart(text);
    if (!url) return bad("not a URL such as socks5h://host:port or http://host:port");
    const auto scheme = parse_scheme(url->scheme);
    if (!scheme) return scheme.error();
    if (url->path.find('@') != url->path.npos) return bad("a / in the user name or password is written as %2F");
    auto host = parse_url_host(url->host_and_port);
    if (!host) return host.error();
    if (!url->path.empty()) return bad("nothing can follow the host and port of a proxy");
    if (!host->port && *scheme == ProxyScheme::http) return bad("the port of the HTTP proxy is missing");
    net::Proxy proxy{.scheme = *scheme,
                     .endpoint = {.host = std::move(host->host), .port = host->port.value_or(socks_port)}};
    if (!url->user_name && !url->password) return proxy;
    auto credentials = parse_credentials(*url, *scheme);
    if (!credentials) return credentials.error();
    proxy.credentials = *std::move(credentials);
    return proxy;
}

std::string_view proxy_secret(Values values) noexcept {
    const std::string_view text = values.front();
    const std::size_t scheme = text.find("://");
    const std::size_t at = text.rfind('@');
    if (at == text.npos) return {};
    const std::size_t colon = text.find(':', scheme == text.npos ? 0 : scheme + 3);
    return colon < at ? text.substr(colon + 1, at - colon - 1) : std::string_view();
}

}  // namespace mqtts::cli
