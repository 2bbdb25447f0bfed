// SPDX-License-Identifier: Apache-2.0
#include "support/fault_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "os/os.hpp"

namespace mqtts::test {

namespace {

FileDescriptor connect_to(std::uint16_t port) {
    FileDescriptor socket(os::make_socket(AF_INET, SOCK_STREAM));
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

enum class End { none, closed, fault, interrupted };

/// One direction of a connection.
struct Direction {
    const FileDescriptor& from;
    const FileDescriptor& to;
    std::uint64_t left;  // bytes until the fault

    /// Hands one piece on, unless interrupted: a reader that stopped must not stop us.
    End pass(std::size_t piece, int interrupted) {
        std::array<char, 65536> block;
        const std::size_t room = std::min<std::uint64_t>({block.size(), piece, left});
        const ssize_t count = ::recv(from.get(), block.data(), room, 0);
        if (count <= 0) return End::closed;
        for (ssize_t sent = 0; sent < count;) {
            std::array<pollfd, 2> ready{pollfd{to.get(), POLLOUT, 0}, pollfd{interrupted, POLLIN, 0}};
            ::poll(ready.data(), ready.size(), -1);
            if (ready[1].revents != 0) return End::interrupted;
            const std::string_view rest(block.data() + sent, static_cast<std::size_t>(count - sent));
            const ssize_t now = os::send(to.get(), rest, MSG_DONTWAIT);
            if (now < 0 && errno == EAGAIN) continue;
            if (now <= 0) return End::closed;
            sent += now;
        }
        left -= static_cast<std::uint64_t>(count);
        return left == 0 ? End::fault : End::none;
    }
};

}  // namespace

Alarm::Alarm() {
    std::array<int, 2> ends{};
    if (!os::make_pipe(ends)) throw std::system_error(errno, std::generic_category(), "pipe");
    reader_ = FileDescriptor(ends[0]);
    writer_ = FileDescriptor(ends[1]);
}

void Alarm::raise() const {
    const char one = 0;
    if (::write(writer_.get(), &one, 1) != 1) throw std::system_error(errno, std::generic_category(), "write");
}

void Alarm::calm() const {
    char one = 0;
    if (::read(reader_.get(), &one, 1) != 1) throw std::system_error(errno, std::generic_category(), "read");
}

FaultProxy::FaultProxy(std::uint16_t broker_port, std::function<Fault(int)> fault)
    : broker_port_(broker_port), fault_(std::move(fault)), acceptor_([this] { accept_connections(); }) {}

FaultProxy::~FaultProxy() {
    ending_.raise();
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        interrupted_.raise();
        changed_.notify_all();
    }
    for (std::thread& relay : relays_)
        relay.join();
}

void FaultProxy::hold() {
    std::unique_lock lock(mutex_);
    if (!std::exchange(held_, true)) interrupted_.raise();
    changed_.wait(lock, [this] { return waiting_ == open_; });
}

void FaultProxy::cut() {
    std::unique_lock lock(mutex_);
    interrupted_.calm();
    held_ = false;
    changed_.notify_all();
    changed_.wait(lock, [this] { return waiting_ == 0; });
}

void FaultProxy::wait_for_cut() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_ || ended_; });
    --waiting_;
    changed_.notify_all();
}

void FaultProxy::accept_connections() {
    for (;;) {
        std::array<pollfd, 2> ready{pollfd{listener_.descriptor(), POLLIN, 0}, pollfd{ending_.descriptor(), POLLIN, 0}};
        ::poll(ready.data(), ready.size(), -1);
        if (ready[1].revents != 0) return;
        const Fault fault = fault_(connections_++);
        const std::lock_guard lock(mutex_);
        ++open_;
        relays_.emplace_back([this, fault, client = listener_.accept()] { relay(client, fault); });
    }
}

void FaultProxy::relay(const FileDescriptor& client, const Fault& fault) {
    const FileDescriptor broker = connect_to(broker_port_);
    if (broker.is_open() && carry(client, broker, fault)) {
        reset_on_close(client);
        reset_on_close(broker);
    }
    const std::lock_guard lock(mutex_);
    --open_;
    changed_.notify_all();
}

/// Until the end of the connection. True: it is to end with RST.
bool FaultProxy::carry(const FileDescriptor& client, const FileDescriptor& broker, const Fault& fault) {
    send_at_once(client);
    send_at_once(broker);
    Direction directions[] = {{client, broker, fault.upstream}, {broker, client, fault.downstream}};
    std::array<pollfd, 3> ready{pollfd{client.get(), POLLIN, 0}, pollfd{broker.get(), POLLIN, 0},
                                pollfd{interrupted_.descriptor(), POLLIN, 0}};
    End end = End::none;
    while (end == End::none) {
        ::poll(ready.data(), ready.size(), -1);
        if (ready[2].revents == 0 && fault.delay.count() != 0) {
            ::poll(&ready[2], 1, static_cast<int>(fault.delay.count()));
        }
        if (ready[2].revents != 0) end = End::interrupted;
        for (std::size_t i = 0; i < 2 && end == End::none; ++i) {
            if (ready[i].revents != 0) end = directions[i].pass(fault.piece, interrupted_.descriptor());
        }
    }
    if (end == End::closed) return false;
    if (end == End::fault) {
        ++faults_;
        if (!fault.stall) return fault.reset;
        ::poll(&ready[2], 1, -1);
    }
    wait_for_cut();
    return true;
}

}  // namespace mqtts::test
