// SPDX-License-Identifier: Apache-2.0
// A coroutine that waits on the event loop. It has one name everywhere, as Result has.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace mqtts {

template <class T = void>
using Awaitable = boost::asio::awaitable<T>;

}  // namespace mqtts
