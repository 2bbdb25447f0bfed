// SPDX-License-Identifier: Apache-2.0
// The value of --proxy: the proxy and its credentials in one URL, as curl spells it,
//
//     socks5h://[user[:password]@]host[:port]    SOCKS 5; the proxy looks names up; also socks://
//     socks5://[user[:password]@]host[:port]     the same, but names are looked up here
//     socks4a://[user@]host[:port]               SOCKS 4A; the proxy looks names up
//     socks4://[user@]host[:port]                SOCKS 4; names are looked up here
//     http://[user[:password]@]host[:port]       CONNECT; also without a scheme
//
// The port is 1080 unless another is given.
#pragma once

#include "cli/option.hpp"
#include "net/endpoint.hpp"

namespace mqtts::cli {

/// Reads a URL. The failure never quotes the password.
[[nodiscard]] Result<net::Proxy> parse_proxy_url(std::string_view text);

/// Returns the password as it is written in the URL, even if that makes the URL invalid.
[[nodiscard]] std::string_view proxy_secret(Values values) noexcept;

}  // namespace mqtts::cli
