// SPDX-License-Identifier: Apache-2.0
#include "cli/values/url.hpp"

#include <fmt/format.h>

#include "cli/bad_option.hpp"
#include "cli/quote.hpp"
#include "cli/values/uri.hpp"
#include "cli/values/value.hpp"
#include "text/ascii.hpp"

namespace mqtts::cli {

namespace {

Result<> read_scheme(Url& url, std::string_view scheme) {
    const std::string name = lower_case(scheme);
    if (name == "mqtt" || name == "ws")
        return bad(fmt::format("{}:// is unencrypted, and nothing is ever sent unencrypted", name),
                   fmt::format("give {}://", name == "ws" ? "wss" : "mqtts"));
    if (name != "mqtts" && name != "wss")
        return bad(fmt::format("{} is not a scheme of MQTT over TLS", quoted(scheme)),
                   "give a URL that begins with mqtts:// or wss://");
    url.websocket = name == "wss";
    url.port = url.websocket ? 443 : 8883;
    return {};
}

Result<> read_host(Url& url, const WrittenUrl& written) {
    auto read = parse_url_host(written.host_and_port);
    if (!read) return read.error();
    url.host = std::move(read->host);
    url.port = read->port.value_or(url.port);
    return {};
}

Result<> read_user(Url& url, const WrittenUrl& written) {
    if (written.user_name) {
        auto name = percent_decoded(*written.user_name, "user name");
        if (!name) return name.error();
        if (auto checked = set(url.user_name, user_name(*name)); !checked) return checked.error();
    }
    if (written.password) {
        auto password = percent_decoded(*written.password, "password");
        if (!password) return password.error();
        if (auto checked = set(url.password, binary_data(*password)); !checked) return checked.error();
    }
    return {};
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
    const auto written = take_apart(text);
    if (!written) return bad("its value is not a URL", "give a URL such as mqtts://host/topic");
    if (!torn_password(text).empty()) return bad("the user name or password contains a /", "write it as %2F");
    Url url;
    if (auto read = read_scheme(url, written->scheme); !read) return read.error();
    if (auto read = read_host(url, *written); !read) return read.error();
    if (auto read = read_user(url, *written); !read) return read.error();
    auto topic = percent_decoded(written->path, "topic");
    if (!topic) return topic.error();
    url.topic = std::move(*topic);
    return url;
}

}  // namespace mqtts::cli
