// SPDX-License-Identifier: Apache-2.0
#include "net/http_connect.hpp"

#include <fmt/format.h>

#include "base/sizes.hpp"
#include "text/base64.hpp"
#include "text/escape.hpp"

namespace mqtts::net {

namespace {

constexpr std::string_view protocol = "HTTP/";
constexpr std::size_t longest_head = sizes::http_answer;
constexpr std::size_t longest_line_shown = 200;

/// "HTTP/1.1 200 Connection established"
std::string_view status_line(std::string_view head) {
    head = head.substr(0, head.find('\n'));
    if (head.ends_with('\r')) head.remove_suffix(1);
    return head;
}

/// "200"; empty: there is none.
std::string_view status_code(std::string_view line) {
    const std::size_t blank = line.find(' ');
    return blank == line.npos ? std::string_view() : line.substr(blank + 1, 3);
}

}  // namespace

HttpConnect::HttpConnect(const std::optional<ProxyCredentials>& credentials, const Endpoint& destination)
    : has_credentials_(credentials.has_value()) {
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
            return failed("it does not answer in HTTP");
        over_ = head_.ends_with("\n\r\n") || head_.ends_with("\n\n");
        if (!over_ && head_.size() == longest_head)
            return failed(fmt::format("its answer does not end within {} bytes", longest_head));
    }
    if (!over_) return false;
    if (Result<> checked = check_status(); !checked) return checked.error();
    return true;
}

/// Any 2xx is a connection; what else the header fields say does not matter then.
Result<> HttpConnect::check_status() const {
    const std::string_view line = status_line(head_);
    const std::string_view code = status_code(line);
    if (code.size() == 3 && code.front() == '2') return {};
    const std::string shown = escape(line.substr(0, longest_line_shown));
    if (code != "407" && code != "401")  // tinyproxy refuses wrong credentials so
        return failed(fmt::format("it answers {}", shown));
    if (has_credentials_) return failed(fmt::format("it refuses the user name and password in --proxy ({})", shown));
    return failed(
        fmt::format("it wants a user name and a password ({}): give them in --proxy, as user:password@ before "
                    "its host",
                    shown));
}

}  // namespace mqtts::net
