// SPDX-License-Identifier: Apache-2.0
// Uses Linux's own header of TCP, which knows more than that of the C library and cannot be included beside it.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "os/os.hpp"

namespace mqtts::os {

std::chrono::microseconds shortest_round_trip(int socket) noexcept {
    tcp_info info{};
    socklen_t size = sizeof info;
    constexpr std::chrono::microseconds unknown = std::chrono::hours(1);  // longer: it is not known
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
    const std::chrono::microseconds time(info.tcpi_min_rtt);
    return time < unknown ? time : std::chrono::microseconds{};
}

}  // namespace mqtts::os
