// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>

namespace mqtts::transport {

template <class T = void>
using Awaitable = boost::asio::awaitable<T>;

}  // namespace mqtts::transport
