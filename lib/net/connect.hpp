// SPDX-License-Identifier: Apache-2.0
// From an endpoint to a connected TCP socket, straight or through a proxy.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "net/endpoint.hpp"
#include "net/open_times.hpp"

namespace mqtts::net {

/// The socket's next byte is the destination's. The failure (name_not_found, connection_refused, unreachable,
/// proxy_failed, proxy_refused, unusable_proxy) names the endpoint, the proxy, and each address tried with its error.
/// Meanwhile `phase` tells what is waited for ("connecting to 192.0.2.1"), for whoever keeps a deadline. Notes in
/// `times` when the name was known.
Awaitable<Result<boost::asio::ip::tcp::socket>> connect(const Endpoint& endpoint, const Route& route,
                                                        std::string& phase, OpenTimes& times);

/// The proxy that connect() asks; null: it goes straight.
[[nodiscard]] const Proxy* proxy_on_the_way(const Endpoint& endpoint, const Route& route);

}  // namespace mqtts::net
