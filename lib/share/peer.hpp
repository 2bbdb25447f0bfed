// SPDX-License-Identifier: Apache-2.0
// Who is at the other end of a local socket.
#pragma once

#include <unistd.h>

#include "os/os.hpp"

namespace mqtts::share {

/// Tells whether the other end belongs to our effective user. An end that is gone already does not.
[[nodiscard]] inline bool is_same_user(int socket) noexcept {
    uid_t user = 0;
    return os::peer_user(socket, user) && user == ::geteuid();
}

}  // namespace mqtts::share
