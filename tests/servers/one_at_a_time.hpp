// SPDX-License-Identifier: Apache-2.0
// What the small servers of the tests share: one client after the other on a port of 127.0.0.1, and of MQTT as much as
// it takes to let a client in. The library of TLS, which is the point of them, is called by each itself.
//
//     NAME_server PORT 1.2|1.3 never|optionally|always CA CERTIFICATE KEY
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace mqtts::test {

struct ServerArguments {
    std::uint16_t port;
    bool is_1_3;
    std::string_view asks;  // for a client certificate: "never", "optionally", "always"
    const char* ca;
    const char* certificate;
    const char* key;
};

inline ServerArguments server_arguments(int argc, char** argv) {
    if (argc != 7) std::exit(2);
    return {.port = static_cast<std::uint16_t>(std::atoi(argv[1])),
            .is_1_3 = std::string_view(argv[2]) == "1.3",
            .asks = argv[3],
            .ca = argv[4],
            .certificate = argv[5],
            .key = argv[6]};
}

/// A CONNACK to the CONNECT at the front, a PINGRESP to the PINGREQ at the end. A CONNECT is shorter than 128 bytes.
inline std::string_view answer_to(std::string_view received) {
    using namespace std::string_view_literals;
    constexpr std::size_t level_at = 8;  // behind the fixed header and "MQTT" with its length
    if (received.ends_with("\xC0\0"sv)) return "\xD0\0"sv;
    if (received.size() <= level_at || received[0] != '\x10') return {};
    return received[level_at] == 5 ? "\x20\x03\0\0\0"sv : "\x20\x02\0\0"sv;
}

/// Was DISCONNECT the last that came?
inline bool is_over(std::string_view received) {
    using namespace std::string_view_literals;
    return received.ends_with("\xe0\0"sv);
}

/// Never returns. `serve` gets a connected socket, and leaves it open.
template <class Serve>
[[noreturn]] void serve_at(std::uint16_t port, Serve serve) {
    std::signal(SIGPIPE, SIG_IGN);
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::exit(1);
    if (::listen(listener, 9) != 0) std::exit(1);
    for (;;) {
        const int client = ::accept(listener, nullptr, nullptr);
        if (client < 0) continue;
        const timeval patience{.tv_sec = 5, .tv_usec = 0};  // the next one waits
        ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        serve(client);
        ::close(client);
    }
}

}  // namespace mqtts::test
