#include "cli/url.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/utf8.hpp"
#include "cli/value.hpp"

namespace mqtts::cli {

namespace {

constexpr std::string_view scheme_end = "://";

Failure bad(std::string sentence) {
    return {Errc::bad_option, std::move(sentence)};
}

/// Text in two parts around a separator; without one, `second` is nothing.
struct Parts {
    std::string_view first;
    std::optional<std::string_view> second;
};

Parts split_at(std::string_view text, std::size_t position) {
    if (position == text.npos) return {text, std::nullopt};
    return {text.substr(0, position), text.substr(position + 1)};
}

/// A URL taken apart; everything is as it was written.
struct WrittenUrl {
    std::string_view scheme;
    std::optional<std::string_view> user_name;
    std::optional<std::string_view> password;
    std::string_view host_and_port;
    std::string_view topic;
};

std::optional<WrittenUrl> take_apart(std::string_view text) {
    const std::size_t colon = text.find(scheme_end);
    if (colon == text.npos) return std::nullopt;
    const std::string_view rest = text.substr(colon + scheme_end.size());
    const auto [authority, topic] = split_at(rest, rest.find('/'));
    WrittenUrl url{.scheme = text.substr(0, colon), .host_and_port = authority, .topic = topic.value_or("")};
    if (const std::size_t at = authority.rfind('@'); at != authority.npos) {
        const std::string_view user = authority.substr(0, at);
        url.host_and_port = authority.substr(at + 1);
        const auto [name, password] = split_at(user, user.find(':'));
        if (!name.empty()) url.user_name = name;
        url.password = password;
    }
    return url;
}

Result<std::string> decoded(std::string_view text, std::string_view part) {
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
            return bad(
                fmt::format("a % in the {} is not followed by two hexadecimal digits: the % itself is %25", part));
        result.push_back(static_cast<char>(byte));
        i += 2;
    }
    return result;
}

Result<> read_scheme(Url& url, std::string_view scheme) {
    std::string name(scheme);
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    if (name == "mqtt" || name == "ws")
        return bad(fmt::format("nothing is ever sent unencrypted, as {}:// would: write {}://", name,
                               name == "ws" ? "wss" : "mqtts"));
    if (name != "mqtts" && name != "wss")
        return bad(fmt::format("the scheme is mqtts:// or wss://, and not {}://", escape(scheme)));
    url.websocket = name == "wss";
    url.port = url.websocket ? 443 : 8883;
    return {};
}

/// "[::1]:8883", "broker", "broker:8883"
Result<> read_host(Url& url, std::string_view text) {
    const bool is_bracketed = text.starts_with('[');
    const std::size_t bracket = is_bracketed ? text.find(']') : 0;
    if (bracket == text.npos) return bad("the [ before the host has no ]");
    const auto [written_host, port] = split_at(text, text.find(':', bracket));
    if (port && port->find(':') != port->npos) return bad("an IPv6 address stands in brackets: [::1]");
    if (is_bracketed && written_host.size() != bracket + 1) return bad("only a port can follow the ] after the host");

    auto host = decoded(is_bracketed ? written_host.substr(1, bracket - 1) : written_host, "host");
    if (!host) return host.error();
    url.host = std::move(*host);
    if (url.host.empty()) return bad("there is no host in the URL");
    if (url.host.find_first_of(" /?#@\\") != url.host.npos)
        return bad(fmt::format("'{}' is not a host", escape(url.host)));
    in6_addr address{};
    if (is_bracketed && ::inet_pton(AF_INET6, url.host.substr(0, url.host.find('%')).c_str(), &address) != 1)
        return bad(fmt::format("'{}' is not an IPv6 address", escape(url.host)));
    if (!port || port->empty()) return {};
    const std::string_view value = *port;
    return set_number<std::uint16_t>(url.port, {&value, 1}, 1, 65535);
}

Result<> read_user(Url& url, const WrittenUrl& written) {
    if (written.user_name) {
        auto name = decoded(*written.user_name, "user name");
        if (!name) return name.error();
        if (auto checked = set(url.user_name, utf8_string(*name)); !checked) return checked;
    }
    if (written.password) {
        auto password = decoded(*written.password, "password");
        if (!password) return password.error();
        if (auto checked = set(url.password, binary_data(*password)); !checked) return checked;
    }
    return {};
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
    const auto written = take_apart(text);
    if (!written) return bad("not a URL such as mqtts://host/topic");
    Url url;
    if (auto read = read_scheme(url, written->scheme); !read) return read.error();
    if (auto read = read_host(url, written->host_and_port); !read) return read.error();
    if (auto read = read_user(url, *written); !read) return read.error();
    auto topic = decoded(written->topic, "topic");
    if (!topic) return topic.error();
    url.topic = std::move(*topic);
    return url;
}

std::string_view url_secret(Values values) noexcept {
    const auto written = take_apart(values.front());
    return written && written->password ? *written->password : std::string_view();
}

}  // namespace mqtts::cli
