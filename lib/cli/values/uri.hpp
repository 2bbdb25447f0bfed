// SPDX-License-Identifier: Apache-2.0
// The syntax that all URLs share [RFC 3986]:
//
//     scheme://[user[:password]@]host[:port][/path]
//
// Every part may contain percent-encoded bytes. An IPv6 address is in brackets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/option.hpp"

namespace mqtts::cli {

/// The parts of a URL, as they were written.
struct WrittenUrl {
    std::string_view scheme;
    std::optional<std::string_view> user_name;
    std::optional<std::string_view> password;
    std::string_view host_and_port;
    std::string_view path;  // all that follows the slash
};

/// Splits a URL. Returns nothing if the text has no "://".
[[nodiscard]] std::optional<WrittenUrl> take_apart(std::string_view text);

/// Decodes percent-encoded bytes. An error calls the text by the name `part`: "password".
[[nodiscard]] Result<std::string> percent_decoded(std::string_view text, std::string_view part);

struct HostAndPort {
    std::string host;  // without brackets
    std::optional<std::uint16_t> port;
};

/// Reads the host of a URL: "broker", "broker:8883", "[::1]:8883".
[[nodiscard]] Result<HostAndPort> parse_url_host(std::string_view text);

/// Reads the same without percent-encoding. An IPv6 address alone needs no brackets: "::1", "fe80::1%eth0".
[[nodiscard]] Result<HostAndPort> parse_host(std::string_view text);

/// In user:pass/word@host the '/' ends the authority, so the password is in the host and the path. Returns what looks
/// like such a password, for the error and to be hidden, or nothing.
[[nodiscard]] std::string_view torn_password(std::string_view text) noexcept;

/// Returns the password, as it is written or meant, in an option's value that is a URL.
[[nodiscard]] std::string_view url_secret(Values values) noexcept;

}  // namespace mqtts::cli
