// SPDX-License-Identifier: Apache-2.0
// Connects a TCP socket to one of the addresses of a host [RFC 8305].
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <vector>

#include "async/awaitable.hpp"
#include "base/error.hpp"

namespace mqtts::net {

using Addresses = std::vector<boost::asio::ip::tcp::endpoint>;

/// Sorts the addresses: IPv6 and IPv4 take turns, beginning with the family of the first; within a family the order
/// stays.
[[nodiscard]] Addresses interleaved(const Addresses& addresses);

/// Tries the addresses in this order, the next one when the last has failed or has not answered for 250 ms. Takes the
/// first that connects, and closes the others. Connects from the first of `local` that has the family of the address;
/// if `local` is empty, from the system's choice.
///
/// The failure (connection_refused, unreachable) lists all addresses, each with its error. Meanwhile `phase` continues
/// with the addresses that have not answered and those that failed, for the message of a deadline.
Awaitable<Result<boost::asio::ip::tcp::socket>> connect_to_any(Addresses addresses, Addresses local,
                                                               std::string& phase);

}  // namespace mqtts::net
