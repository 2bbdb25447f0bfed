// SPDX-License-Identifier: Apache-2.0
// How long a test waits for something that comes. Only what hangs takes so long: a machine that has other work to do is
// slow, and that is no failure. What must not be waited for is to take much longer than this.
#pragma once

#include <sys/time.h>

#include <chrono>

namespace mqtts::test {

inline constexpr std::chrono::seconds patience{600};
/// For poll.
inline constexpr int milliseconds_of_patience = static_cast<int>(std::chrono::milliseconds(patience).count());
/// For SO_RCVTIMEO and SO_SNDTIMEO.
inline constexpr timeval patience_of_socket{.tv_sec = patience.count(), .tv_usec = 0};

}  // namespace mqtts::test
