// SPDX-License-Identifier: Apache-2.0
// Names the coroutine that waits on the event loop, once for all folders.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace mqtts {

template <class T = void>
using Awaitable = boost::asio::awaitable<T>;

}  // namespace mqtts
