// SPDX-License-Identifier: Apache-2.0
// What there is to know about the system calls on a socket that never blocks.
#pragma once

#include <sys/socket.h>

#include <cerrno>

namespace mqtts::net {

/// recv(2) or send(2), not to be mistaken for an error when a signal comes in between.
template <class Call>
ssize_t uninterrupted(Call call) {
    ssize_t result = 0;
    do
        result = call();
    while (result < 0 && errno == EINTR);
    return result;
}

[[nodiscard]] inline bool is_would_block(int error_number) {
    return error_number == EAGAIN || error_number == EWOULDBLOCK;
}

/// What arrives wakes whoever waits for it from this number of bytes on; the end of the connection always does
/// [SO_RCVLOWAT, socket(7)]. Until then it costs the sender nothing but itself.
inline void wake_at(int socket, int bytes) noexcept {
    ::setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes);
}

/// Before a socket is closed that more may have come to than was read: closed with something unread it is reset, and
/// takes along what it has not sent yet. Nothing can be sent afterwards.
inline void discard_received(int socket) noexcept {
    constexpr int most_reads = 64;  // of a server that sends without end
    char ignored[16 * 1024];
    ::shutdown(socket, SHUT_WR);
    for (int reads = 0; reads < most_reads; ++reads) {
        if (::recv(socket, ignored, sizeof ignored, MSG_DONTWAIT) <= 0) return;
    }
}

}  // namespace mqtts::net
