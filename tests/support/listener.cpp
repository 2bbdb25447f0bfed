// SPDX-License-Identifier: Apache-2.0
#include "support/listener.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <string>
#include <system_error>

#include "os/os.hpp"
#include "support/patience.hpp"

namespace mqtts::test {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

}  // namespace

Listener::Listener() : socket_(os::make_socket(AF_INET, SOCK_STREAM)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_.get(), generic, size) != 0 || ::listen(socket_.get(), 8) != 0 ||
        ::getsockname(socket_.get(), generic, &size) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot listen");
    }
    port_ = ntohs(address.sin_port);
}

FileDescriptor Listener::accept() const {
    pollfd ready{socket_.get(), POLLIN, 0};
    if (::poll(&ready, 1, milliseconds_of_patience) != 1) {
        throw std::runtime_error("no client has connected");
    }
    FileDescriptor connection(os::accept(socket_.get()));
    ::setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &patience_of_socket, sizeof patience_of_socket);
    ::setsockopt(connection.get(), SOL_SOCKET, SO_SNDTIMEO, &patience_of_socket, sizeof patience_of_socket);
    return connection;
}

bool is_accepting(std::uint16_t port) {
    const sockaddr_in address = loopback(port);
    const FileDescriptor socket(os::make_socket(AF_INET, SOCK_STREAM));
    return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

void wait_until_accepting(std::uint16_t port) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
        if (is_accepting(port)) return;
        ::poll(nullptr, 0, 10);  // nobody tells, so it is asked again
    }
    throw std::runtime_error("nothing listens on port " + std::to_string(port));
}

}  // namespace mqtts::test
