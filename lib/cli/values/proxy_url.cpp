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
constexpr std::uint16_t usual_port = 1080;     // curl has it for HTTP, too
constexpr std::string_view behind_scheme = "://";

/// The schemes as curl spells them. curl reads socks:// as SOCKS 4; the desktops that set it mean version 5, too, and
/// other proxies are rare.
constexpr std::pair<std::string_view, ProxyScheme> schemes[] = {
    {"socks5h", ProxyScheme::socks5h}, {"socks5", ProxyScheme::socks5}, {"socks", ProxyScheme::socks5h},
    {"socks4a", ProxyScheme::socks4a}, {"socks4", ProxyScheme::socks4}, {"http", ProxyScheme::http},
};

Result<ProxyScheme> parse_scheme(std::string_view text) {
    const std::string name = lower_case(text);
    for (const auto& [scheme, kind] : schemes)
        if (name == scheme) return kind;
    if (name == "https")
        return bad("https://, TLS to the proxy itself, is not supported",
                   "give http:// and a port that takes clients without TLS, or socks5h://");
    constexpr std::string_view hint = "give a URL that begins with socks5h://, socks5:// or http://";
    const bool is_name =
        std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
    // Anything else may be a password.
    return bad(
        is_name ? fmt::format("{} is not a scheme of a proxy", quoted(name)) : "the scheme of the proxy is unknown",
        std::string(hint));
}

Result<> check_credentials(const ProxyCredentials& credentials, ProxyScheme scheme) {
    if (scheme == ProxyScheme::http) {
        if (credentials.user_name.find(':') != std::string::npos)
            return bad("the user name for an HTTP proxy contains a :");
        return {};
    }
    if ((scheme == ProxyScheme::socks4 || scheme == ProxyScheme::socks4a) && !credentials.password.empty())
        return bad("SOCKS 4 has no passwords", "give the user name alone, or a proxy of SOCKS 5");
    if (credentials.user_name.find('\0') != std::string::npos)
        return bad("the user name for a SOCKS proxy contains a NUL byte");
    if (std::max(credentials.user_name.size(), credentials.password.size()) > longest_of_socks)
        return bad(
            fmt::format("the user name or password for a SOCKS proxy is longer than {} bytes", longest_of_socks));
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
    const bool has_scheme = text.find(behind_scheme) != text.npos;
    const std::string whole = fmt::format("{}{}", has_scheme ? "" : "http://", text);
    const auto url = take_apart(whole);
    const auto scheme = parse_scheme(url->scheme);
    if (!scheme) return scheme.error();
    if (url->path.find('@') != url->path.npos) return bad("the user name or password contains a /", "write it as %2F");
    auto host = parse_url_host(url->host_and_port);
    if (!host) return host.error();
    if (!url->path.empty()) return bad("text follows the host and port of the proxy");
    net::Proxy proxy{.scheme = *scheme,
                     .endpoint = {.host = std::move(host->host), .port = host->port.value_or(usual_port)}};
    if (!url->user_name && !url->password) return proxy;
    auto credentials = parse_credentials(*url, *scheme);
    if (!credentials) return credentials.error();
    proxy.credentials = *std::move(credentials);
    return proxy;
}

std::string_view proxy_secret(Values values) noexcept {
    const std::string_view text = values.front();
    const std::size_t scheme = text.find(behind_scheme);
    const std::size_t begin = scheme == text.npos ? 0 : scheme + behind_scheme.size();
    const std::size_t at = text.rfind('@');
    if (at == text.npos) return {};
    const std::size_t colon = text.find(':', begin);
    return colon < at ? text.substr(colon + 1, at - colon - 1) : std::string_view();
}

}  // namespace mqtts::cli
