#include "support/fault_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <vector>

namespace mqtts::test {

namespace {

FileDescriptor connect_to(std::uint16_t port) {
    FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) socket.close();
    return socket;
}

/// Pieces are to arrive as they are sent.
void send_at_once(const FileDescriptor& socket) {
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// Closing it sends RST, and drops what was not sent yet.
void reset_on_close(const FileDescriptor& socket) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

enum class End { none, closed, fault };

/// One direction of a connection.
struct Direction {
    const FileDescriptor& from;
    const FileDescriptor& to;
    std::uint64_t left;  // bytes until the fault

    /// Hands one piece on.
    End pass(std::size_t piece) {
        std::array<char, 65536> block;
        const std::size_t room = std::min<std::uint64_t>({block.size(), piece, left});
        const ssize_t count = ::recv(from.get(), block.data(), room, 0);
        if (count <= 0) return End::closed;
        for (ssize_t sent = 0; sent < count;) {
            const ssize_t now =
                ::send(to.get(), block.data() + sent, static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
            if (now <= 0) return End::closed;
            sent += now;
        }
        left -= static_cast<std::uint64_t>(count);
        return left == 0 ? End::fault : End::none;
    }
};

}  // namespace

FaultProxy::FaultProxy(std::uint16_t broker_port, std::function<Fault(int)> fault)
    : broker_port_(broker_port),
      fault_(std::move(fault)),
      stopped_(::eventfd(0, EFD_CLOEXEC)),
      acceptor_([this] { accept_connections(); }) {}

FaultProxy::~FaultProxy() {
    ::eventfd_write(stopped_.get(), 1);
    acceptor_.join();
    for (std::thread& relay : relays_)
        relay.join();
}

void FaultProxy::accept_connections() {
    for (;;) {
        std::array<pollfd, 2> ready{pollfd{listener_.descriptor(), POLLIN, 0}, pollfd{stopped_.get(), POLLIN, 0}};
        ::poll(ready.data(), ready.size(), -1);
        if (ready[1].revents != 0) return;
        const Fault fault = fault_(connections_++);
        relays_.emplace_back([this, fault, client = listener_.accept()] { relay(client, fault); });
    }
}

void FaultProxy::relay(const FileDescriptor& client, const Fault& fault) {
    const FileDescriptor broker = connect_to(broker_port_);
    if (!broker.is_open()) return;
    send_at_once(client);
    send_at_once(broker);
    Direction directions[] = {{client, broker, fault.upstream}, {broker, client, fault.downstream}};
    std::array<pollfd, 3> ready{pollfd{client.get(), POLLIN, 0}, pollfd{broker.get(), POLLIN, 0},
                                pollfd{stopped_.get(), POLLIN, 0}};
    End end = End::none;
    while (end == End::none) {
        ::poll(ready.data(), ready.size(), -1);
        if (ready[2].revents != 0) return;
        if (fault.delay.count() != 0) {
            ::poll(&ready[2], 1, static_cast<int>(fault.delay.count()));
        }
        for (std::size_t i = 0; i < 2 && end == End::none; ++i) {
            if (ready[i].revents != 0) end = directions[i].pass(fault.piece);
        }
    }
    if (end == End::closed) return;
    ++faults_;
    if (fault.stall) ::poll(&ready[2], 1, -1);
    if (fault.reset) {
        reset_on_close(client);
        reset_on_close(broker);
    }
}

}  // namespace mqtts::test
