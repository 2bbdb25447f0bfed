// SPDX-License-Identifier: Apache-2.0
// Wraps the system calls on a socket that never blocks.
#pragma once

#include <sys/socket.h>

#include <cerrno>

namespace mqtts::net {

/// Repeats recv(2) or send(2) when a signal interrupts it.
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

/// Lets a wait for input end only when this number of bytes has arrived, or the connection ends [SO_RCVLOWAT,
/// socket(7)]. Until then arriving segments wake nobody.
inline void wake_at(int socket, int bytes) noexcept {
    ::setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes);
}

/// Reads and discards what has arrived, before the socket is closed: a socket that is closed with unread bytes is
/// reset, and loses what it has not sent yet. Nothing can be sent afterwards.
inline void discard_received(int socket) noexcept {
    constexpr int most_reads = 64;  // against a server that sends without end
    char ignored[16 * 1024];
    ::shutdown(socket, SHUT_WR);
    for (int reads = 0; reads < most_reads; ++reads) {
        if (::recv(socket, ignored, sizeof ignored, MSG_DONTWAIT) <= 0) return;
    }
}

}  // namespace mqtts::net
