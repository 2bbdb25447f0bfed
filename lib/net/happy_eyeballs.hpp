// SPDX-License-Identifier: Apache-2.0
// From the addresses of a host to a connected TCP socket [RFC 8305].
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <vector>

#include "async/awaitable.hpp"
#include "base/error.hpp"

namespace mqtts::net {

using Addresses = std::vector<boost::asio::ip::tcp::endpoint>;

/// IPv6 and IPv4 in turn, beginning with the family of the first; within a family the order stays.
[[nodiscard]] Addresses interleaved(const Addresses& addresses);

/// Tries the addresses in this order, the next one as soon as one has failed or has not answered for 250 ms, and takes
/// the first that connects; the others are closed. Connects from the first of `local` that has the family of the
/// address; none given: from where the system chooses.
///
/// The failure (connection_refused, unreachable) lists all addresses, each with its error. Meanwhile `phase` goes
/// on with those that have not answered and those that failed, for whoever keeps a deadline.
Awaitable<Result<boost::asio::ip::tcp::socket>> connect_to_any(Addresses addresses, Addresses local,
                                                               std::string& phase);

}  // namespace mqtts::net
