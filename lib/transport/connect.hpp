// From a host and port to a connected TCP socket.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "base/error.hpp"
#include "transport/awaitable.hpp"
#include "transport/settings.hpp"

namespace mqtts::transport {

/// Tries each address of the host in turn. The failure (name_not_found, connection_refused, unreachable) lists them,
/// each with its error. Meanwhile `phase` tells what is waited for ("connecting to 192.0.2.1"), for whoever keeps a
/// deadline.
Awaitable<Result<boost::asio::ip::tcp::socket>> connect(const Endpoint& endpoint, std::string& phase);

}  // namespace mqtts::transport
