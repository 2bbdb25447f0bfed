// SPDX-License-Identifier: Apache-2.0
#include "bench/connect_to.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <stdexcept>

namespace mqtts::bench {

test::FileDescriptor connect_to(const std::string& host, const std::string& port) {
    addrinfo wanted{};
    wanted.ai_family = AF_INET;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found) != 0) throw std::runtime_error(host + ": not found");
    test::FileDescriptor socket(::socket(found->ai_family, found->ai_socktype, found->ai_protocol));
    const bool connected = ::connect(socket.get(), found->ai_addr, found->ai_addrlen) == 0;
    ::freeaddrinfo(found);
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!connected) throw std::runtime_error(host + ':' + port + ": not reachable");
    return socket;
}

}  // namespace mqtts::bench
