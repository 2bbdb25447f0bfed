// SPDX-License-Identifier: Apache-2.0
// Connects a TCP socket to an endpoint, directly or through a proxy.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "net/endpoint.hpp"
#include "net/open_times.hpp"

namespace mqtts::net {

/// Connects; the next byte that the socket receives is the destination's. The failure (name_not_found,
/// connection_refused, unreachable, proxy_failed, proxy_refused, unusable_proxy) names the endpoint, the proxy, and
/// each address tried with its error. Meanwhile `phase` says what is waited for ("connecting to 192.0.2.1"), for the
/// message of a deadline. `times` gets the time when the name was resolved.
Awaitable<Result<boost::asio::ip::tcp::socket>> connect(const Endpoint& endpoint, const Route& route,
                                                        std::string& phase, OpenTimes& times);

/// Returns " (through the proxy http://proxy.example:3128)". Empty: connect() connects directly.
[[nodiscard]] std::string through_proxy(const Endpoint& endpoint, const Route& route);

}  // namespace mqtts::net
