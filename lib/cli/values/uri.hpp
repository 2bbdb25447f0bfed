// SPDX-License-Identifier: Apache-2.0
// What all URLs have in common [RFC 3986]:
//
//     scheme://[user[:password]@]host[:port][/path]
//
// Every part may hold percent-encoded bytes. An IPv6 address stands in brackets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/option.hpp"

namespace mqtts::cli {

/// A URL taken apart; everything is as it was written.
struct WrittenUrl {
    std::string_view scheme;
    std::optional<std::string_view> user_name;
    std::optional<std::string_view> password;
    std::string_view host_and_port;
    std::string_view path;  // all that follows the slash
};

/// Nothing: there is no "://" in the text.
[[nodiscard]] std::optional<WrittenUrl> take_apart(std::string_view text);

/// `part` is what an error calls it: "password".
[[nodiscard]] Result<std::string> percent_decoded(std::string_view text, std::string_view part);

struct HostAndPort {
    std::string host;  // without brackets
    std::optional<std::uint16_t> port;
};

/// "broker", "broker:8883", "[::1]:8883", as in a URL.
[[nodiscard]] Result<HostAndPort> parse_url_host(std::string_view text);

/// The same without percent-encoding; an IPv6 address alone may do without brackets: "::1", "fe80::1%eth0".
[[nodiscard]] Result<HostAndPort> parse_host(std::string_view text);

/// user:pass/word@host: a '/' ends the authority, so what was meant as a password stands in the host and the path. What
/// looks like one, for the error and to be hidden; empty: nothing does.
[[nodiscard]] std::string_view torn_password(std::string_view text) noexcept;

/// The password as it is written, or meant, in an option's value that is a URL.
[[nodiscard]] std::string_view url_secret(Values values) noexcept;

}  // namespace mqtts::cli
