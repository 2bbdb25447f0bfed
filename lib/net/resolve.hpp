// SPDX-License-Identifier: Apache-2.0
// Resolves a host name to its addresses.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <vector>

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "net/endpoint.hpp"

namespace mqtts::net {

/// Returns the addresses of the wanted family, at least one, in the order that the system's resolver prefers; an IP
/// literal is not looked up. Failure: name_not_found.
///
/// getaddrinfo(3) can take half a minute and cannot be interrupted, so it runs in a thread of its own, which
/// cancellation leaves behind: a deadline is kept even when no name server answers.
Awaitable<Result<std::vector<boost::asio::ip::tcp::endpoint>>> resolve(const Endpoint& endpoint,
                                                                       AddressFamily family = AddressFamily::any);

}  // namespace mqtts::net
