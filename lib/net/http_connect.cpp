// SPDX-License-Identifier: Apache-2.0
#include "net/http_connect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/sizes.hpp"
#include "net/address.hpp"
#include "text/ascii.hpp"
#include "text/base64.hpp"
#include "text/escape.hpp"

namespace mqtts::net {

namespace {

constexpr std::string_view protocol = "HTTP/";
constexpr std::size_t longest_head = sizes::http_answer;
constexpr std::size_t longest_line_shown = 200;
constexpr std::uint16_t https_port = 443;

/// Removes the next line from the head and returns it.
std::string_view take_line(std::string_view& head) {
    std::string_view line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(line.size() + 1, head.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

/// Returns "200"; empty: the line has no status code.
std::string_view status_code(std::string_view line) {
    const std::size_t blank = line.find(' ');
    return blank == line.npos ? std::string_view() : line.substr(blank + 1, 3);
}

/// Does another answer follow [RFC 9110, 15.2]?
bool is_interim(std::string_view head) {
    const std::string_view code = status_code(take_line(head));
    return code.size() == 3 && code.front() == '1' && code != "101";
}

/// Returns all values of a header field; `name` is in lower case.
std::vector<std::string_view> fields(std::string_view head, std::string_view name) {
    std::vector<std::string_view> values;
    take_line(head);
    while (!head.empty()) {
        const std::string_view line = take_line(head);
        const std::size_t colon = line.find(':');
        if (colon != line.npos && lower_case(line.substr(0, colon)) == name)
            values.push_back(trimmed(line.substr(colon + 1)));
    }
    return values;
}

/// Removes the element up to the next comma outside quotes from the list and returns it.
std::string_view take_element(std::string_view& list) {
    std::size_t end = 0;
    for (bool is_quoted = false; end < list.size() && (is_quoted || list[end] != ','); ++end)
        if (list[end] == '"') is_quoted = !is_quoted;
    const std::string_view element = trimmed(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    return element;
}

/// Appends the schemes of a field such as `Negotiate, Digest realm="a, b", nonce="c"`: "Negotiate", "Digest" [RFC 9110,
/// 11.6.1].
void append_schemes(std::vector<std::string_view>& schemes, std::string_view field) {
    while (!field.empty()) {
        const std::string_view element = take_element(field);
        const std::string_view word = element.substr(0, element.find_first_of(" \t"));
        if (!word.empty() && word.find('=') == word.npos) schemes.push_back(word);
    }
}

/// Translates the errno of the proxy's own attempt, as Linux numbers them; squid reports it.
std::string_view linux_error(std::string_view number) {
    if (number == "111") return "connection refused";
    if (number == "110") return "no answer in time";
    if (number == "113") return "no route to host";
    if (number == "101") return "network unreachable";
    return "";
}

}  // namespace

HttpConnect::HttpConnect(const std::optional<ProxyCredentials>& credentials, const Endpoint& destination)
    : destination_(destination), has_credentials_(credentials.has_value()) {
    const std::string authority = to_string(destination);
    std::string request = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", authority);
    if (credentials)
        request += fmt::format("Proxy-Authorization: Basic {}\r\n",
                               encode_base64(fmt::format("{}:{}", credentials->user_name, credentials->password)));
    request += "\r\n";
    outgoing().append(request);
}

Result<bool> HttpConnect::receive(std::string_view& incoming) {
    while (!over_ && !incoming.empty()) {
        head_ += incoming.front();
        incoming.remove_prefix(1);
        if (head_.size() <= protocol.size() && !protocol.starts_with(head_))
            return speaks_other("HTTP", head_.size() == 1 ? head_.front() : 'H');
        over_ = head_.ends_with("\n\r\n") || head_.ends_with("\n\n");
        if (over_ && is_interim(head_)) {
            head_.clear();
            over_ = false;
        }
        if (!over_ && head_.size() == longest_head)
            return failed(fmt::format("its answer is longer than {} bytes", longest_head));
    }
    if (!over_) return false;
    if (Result<> checked = check_status(); !checked) return checked.error();
    return true;
}

std::string HttpConnect::why_closed() const {
    return "check that it is an HTTP proxy, and that this port accepts clients without TLS";
}

/// Checks the status. Any 2xx is a connection, whatever the header fields say.
Result<> HttpConnect::check_status() const {
    std::string_view rest = head_;
    const std::string_view line = take_line(rest);
    const std::string_view code = status_code(line);
    if (code.size() == 3 && code.front() == '2') return {};
    std::string shown = escape(line.substr(0, longest_line_shown));
    if (code == "407" || code == "401") return wants_log_in(shown);  // 401: tinyproxy's answer to wrong credentials
    if (const auto squid = fields(head_, "x-squid-error"); !squid.empty())
        shown += fmt::format(", {}", escape(squid.front().substr(0, longest_line_shown)));
    Failure failure = refusal(code);
    failure.cause = fmt::format("it answered {}{}{}", shown, failure.cause.empty() ? "" : ": ", failure.cause);
    return failure;
}

Failure HttpConnect::wants_log_in(std::string_view shown) const {
    std::vector<std::string_view> schemes;
    for (const std::string_view field : fields(head_, "proxy-authenticate"))
        append_schemes(schemes, field);
    const bool takes_basic = schemes.empty() || std::ranges::any_of(schemes, [](std::string_view scheme) {
                                 return lower_case(scheme) == "basic";
                             });
    if (!takes_basic)
        return unusable(
            fmt::format("it requires a login by {} ({}), but --proxy supports only Basic",
                        escape(fmt::format("{}", fmt::join(schemes, " or ")).substr(0, longest_line_shown)), shown),
            "have Basic allowed there, or go through a local proxy that logs in, such as cntlm or px");
    if (has_credentials_) return unusable(fmt::format("it refused the user name and password in --proxy ({})", shown));
    return unusable(fmt::format("it requires a user name and password ({})", shown), give_credentials);
}

/// Says what a status means: is it about the port, the name, or the proxy itself? The cause may be empty.
Failure HttpConnect::refusal(std::string_view code) const {
    if (code == "403") {
        const std::string otherwise =
            destination_.port == https_port ? "" : ", or use wss:// on port 443 if the broker has it";
        return refused(fmt::format("it allows no connection to port {}, or not to this host", destination_.port),
                       fmt::format("have it allowed there{}", otherwise));
    }
    if (code == "408" || code == "429") return failed("it accepts no more requests from us for now");
    if (code == "400" || code == "405" || code == "501" || code == "505")
        return unusable("it does not know CONNECT: it is a web server, or a port for clients with TLS, not a proxy",
                        "check the host and port in --proxy");
    if (code.starts_with('3') || code == "511") return failed("", "log in to this network first, with a browser");
    if (code == "404" || code.starts_with('5')) return could_not_connect();
    if (code.starts_with('4')) return failed("", "see the log of the proxy");
    return failed("");
}

/// Says why the proxy could not connect. Only squid reports a reason: for a name that does not exist ERR_DNS_FAIL or
/// ERR_CANNOT_FORWARD.
Failure HttpConnect::could_not_connect() const {
    const auto squid = fields(head_, "x-squid-error");
    const std::string_view error = squid.empty() ? "" : squid.front();
    const bool is_name = !is_ip_literal(destination_.host);
    if (is_name && (error.starts_with("ERR_DNS_FAIL") || error.starts_with("ERR_CANNOT_FORWARD")))
        return failed("it cannot resolve the name");
    if (error.starts_with("ERR_CONNECT_FAIL")) {
        const std::string_view why = linux_error(error.substr(std::min(error.rfind(' ') + 1, error.size())));
        return failed(
            fmt::format("it cannot connect to port {} there{}{}", destination_.port, why.empty() ? "" : ": ", why));
    }
    return failed(fmt::format("it could not connect: {}nothing answers there on port {}",
                              is_name ? "it cannot resolve the name, or " : "", destination_.port));
}

}  // namespace mqtts::net
