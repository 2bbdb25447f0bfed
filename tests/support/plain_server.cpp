#include "support/plain_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace mqtts::test {

namespace {

constexpr int patience = 60'000;  // milliseconds

void wait_readable(const FileDescriptor& descriptor, const char* what) {
    pollfd ready{descriptor.get(), POLLIN, 0};
    if (::poll(&ready, 1, patience) != 1) throw std::runtime_error(what);
}

}  // namespace

PlainServer::PlainServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 8) != 0 ||
        ::getsockname(listener_.get(), generic, &size) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot listen");
    }
    port_ = ntohs(address.sin_port);
}

std::string PlainServer::serve(std::string_view answer) const {
    wait_readable(listener_, "no client has connected");
    const FileDescriptor connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::string received;
    for (;;) {
        wait_readable(connection, "the client does not close the connection");
        std::array<char, 16384> block;
        const ssize_t count = ::recv(connection.get(), block.data(), block.size(), 0);
        if (count <= 0) return received;
        if (received.empty()) ::send(connection.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
        received.append(block.data(), static_cast<std::size_t>(count));
    }
}

}  // namespace mqtts::test
