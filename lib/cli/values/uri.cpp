// SPDX-License-Identifier: Apache-2.0
#include "cli/values/uri.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <charconv>

#include "cli/bad_option.hpp"
#include "cli/quote.hpp"
#include "cli/values/value.hpp"
#include "text/escape.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view scheme_end = "://";

/// Text in two parts around a separator. Without a separator there is no `second`.
struct Parts {
    std::string_view first;
    std::optional<std::string_view> second;
};

Parts split_at(std::string_view text, std::size_t position) {
    if (position == text.npos) return {text, std::nullopt};
    return {text.substr(0, position), text.substr(position + 1)};
}

bool is_ipv6_address(std::string_view text) {
    in6_addr address{};
    const std::string without_zone(text.substr(0, text.find('%')));
    return escape(text) == text && ::inet_pton(AF_INET6, without_zone.c_str(), &address) == 1;
}

constexpr std::string_view not_a_port = "the port after the host is not a number from 1 to 65535";

/// Does it look like an IPv6 address, perhaps with a port behind it?
bool looks_like_ipv6(std::string_view text) {
    return text.substr(0, text.rfind(':')).find_first_not_of("0123456789abcdefABCDEF:.") == text.npos;
}

/// Splits host and port as written, with brackets.
Result<Parts> split_host(std::string_view text) {
    const bool is_bracketed = text.starts_with('[');
    const std::size_t bracket = is_bracketed ? text.find(']') : 0;
    if (bracket == text.npos) return bad("the host begins with [ but has no ]");
    const Parts parts = split_at(text, text.find(':', bracket));
    if (parts.second && parts.second->find(':') != text.npos)
        return looks_like_ipv6(text) ? bad("an IPv6 address needs brackets", "write it as [::1]")
                                     : bad(std::string(not_a_port));
    if (is_bracketed && parts.first.size() != bracket + 1) return bad("only a port may follow the ] of the host");
    return parts;
}

Result<HostAndPort> parse_host(std::string_view text, Result<std::string> (*decode)(std::string_view)) {
    const auto parts = split_host(text);
    if (!parts) return parts.error();
    const bool is_bracketed = text.starts_with('[');
    const std::string_view written = parts->first;
    auto host = decode(is_bracketed ? written.substr(1, written.size() - 2) : written);
    if (!host) return host.error();
    if (host->empty()) return bad("the host is missing");
    if (escape(*host) != *host || host->find_first_of(" /?#@\\") != host->npos)
        return bad(fmt::format("{} is not a host", quoted(*host)),
                   host->find('/') != host->npos ? "give the topic with -t" : "");
    if (is_bracketed && !is_ipv6_address(*host)) return bad(fmt::format("{} is not an IPv6 address", quoted(*host)));
    HostAndPort result{.host = *std::move(host), .port = std::nullopt};
    if (!parts->second || parts->second->empty()) return result;
    // Not quoted: it is the password if the host behind it is missing.
    const auto number = port(*parts->second);
    if (!number) return bad(std::string(not_a_port));
    result.port = *number;
    return result;
}

}  // namespace

std::optional<WrittenUrl> take_apart(std::string_view text) {
    const std::size_t colon = text.find(scheme_end);
    if (colon == text.npos) return std::nullopt;
    const std::string_view rest = text.substr(colon + scheme_end.size());
    const auto [authority, path] = split_at(rest, rest.find('/'));
    WrittenUrl url{.scheme = text.substr(0, colon), .host_and_port = authority, .path = path.value_or("")};
    if (const std::size_t at = authority.rfind('@'); at != authority.npos) {
        const std::string_view user = authority.substr(0, at);
        url.host_and_port = authority.substr(at + 1);
        const auto [name, password] = split_at(user, user.find(':'));
        if (!name.empty()) url.user_name = name;
        url.password = password;
    }
    return url;
}

Result<std::string> percent_decoded(std::string_view text, std::string_view part) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result.push_back(text[i]);
            continue;
        }
        unsigned byte = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const char* const end = digits.data() + digits.size();
        if (digits.size() < 2 || std::from_chars(digits.data(), end, byte, 16).ptr != end)
            return bad(fmt::format("a % in the {} is not followed by two hexadecimal digits", part),
                       "write the % itself as %25");
        result.push_back(static_cast<char>(byte));
        i += 2;
    }
    return result;
}

Result<HostAndPort> parse_url_host(std::string_view text) {
    return parse_host(text, [](std::string_view host) { return percent_decoded(host, "host"); });
}

/// Neither failure quotes the text, which may contain a password.
Result<HostAndPort> parse_host(std::string_view text) {
    if (text.find(scheme_end) != text.npos) return bad("its value is a URL, not a host", "give a URL with -L");
    if (text.find('@') != text.npos)
        return bad("its value contains an @, and a host does not", "give a user name with -u, a URL with -L");
    if (is_ipv6_address(text)) return HostAndPort{.host = std::string(text), .port = std::nullopt};
    return parse_host(text, [](std::string_view host) -> Result<std::string> { return std::string(host); });
}

std::string_view torn_password(std::string_view text) noexcept {
    const auto written = take_apart(text);
    if (!written || written->user_name || written->password || written->path.find('@') == text.npos) return {};
    const std::size_t colon = written->host_and_port.find(':');
    if (written->host_and_port.starts_with('[') || colon == text.npos) return {};
    const std::string_view port = written->host_and_port.substr(colon + 1);
    if (port.find_first_not_of("0123456789") == text.npos && !port.empty()) return {};
    const auto begin = static_cast<std::size_t>(port.data() - text.data());
    return text.substr(begin, text.rfind('@') - begin);
}

std::string_view url_secret(Values values) noexcept {
    const auto written = take_apart(values.front());
    return written && written->password ? *written->password : torn_password(values.front());
}

}  // namespace mqtts::cli
