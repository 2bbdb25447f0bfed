// SPDX-License-Identifier: Apache-2.0
#include "support/link.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/select.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "os/os.hpp"
#include "support/patience.hpp"

namespace mqtts::test {

namespace {

void check(bool done, const char* step) {
    if (!done) throw std::system_error(errno, std::generic_category(), step);
}

/// Both ends of a connection within the process.
std::array<FileDescriptor, 2> connected_pair() {
    std::array<int, 2> ends{};
    check(os::make_socket_pair(ends), "socketpair");
    return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

void send_all(const FileDescriptor& to, const char* bytes, std::size_t size) {
    static_cast<void>(os::send(to.get(), {bytes, size}));  // who is gone needs no bytes
}

timespec to_timespec(std::chrono::microseconds time) {
    timespec parts{};  // of types that differ from system to system
    parts.tv_sec = static_cast<decltype(parts.tv_sec)>(time.count() / 1'000'000);
    parts.tv_nsec = static_cast<decltype(parts.tv_nsec)>(time.count() % 1'000'000 * 1000);
    return parts;
}

/// One connection of a program, and what is to become of it.
class Passage {
public:
    Passage(const FileDescriptor& client, const FileDescriptor& server, const LinkOptions& options, std::string& sent)
        : client_(client), server_(server), options_(options), sent_(sent) {}

    /// Until both sides have ended, or the program alone once the server is not heard any more.
    void run() {
        while (client_open_ || server_open_)
            step();
    }
    [[nodiscard]] bool broken() const noexcept { return until_broken_ == 0; }

private:
    void step();
    void take_from_client(char* block, std::size_t size);
    void deliver_from_server(char* block, std::size_t size);

    const FileDescriptor& client_;
    const FileDescriptor& server_;
    const LinkOptions& options_;
    std::string& sent_;
    std::size_t until_broken_ = options_.broken_after;
    bool client_open_ = true;
    bool server_open_ = true;
    bool due_ = options_.delay.count() == 0;  // the next piece
};

void Passage::step() {
    std::array<char, 65'536> block;
    fd_set readable;
    FD_ZERO(&readable);
    if (client_open_) FD_SET(client_.get(), &readable);
    if (server_open_ && due_) FD_SET(server_.get(), &readable);
    const timespec delay = to_timespec(options_.delay);
    const int highest = std::max(client_.get(), server_.get());
    const int ready = ::pselect(highest + 1, &readable, nullptr, nullptr, due_ ? nullptr : &delay, nullptr);
    if (ready < 0) return;  // the set says nothing
    if (ready == 0) due_ = true;
    const bool from_server = FD_ISSET(server_.get(), &readable) != 0;
    if (FD_ISSET(client_.get(), &readable)) take_from_client(block.data(), block.size());
    if (from_server) deliver_from_server(block.data(), block.size());
}

void Passage::take_from_client(char* block, std::size_t size) {
    const ssize_t count = ::recv(client_.get(), block, size, 0);
    client_open_ = count > 0;
    if (!client_open_) {
        ::shutdown(server_.get(), SHUT_WR);
        return;
    }
    sent_.append(block, static_cast<std::size_t>(count));
    send_all(server_, block, static_cast<std::size_t>(count));
}

void Passage::deliver_from_server(char* block, std::size_t size) {
    const ssize_t count = ::recv(server_.get(), block, std::min({size, options_.piece, until_broken_}), 0);
    const bool ended = count <= 0;
    if (!ended) {
        send_all(client_, block, static_cast<std::size_t>(count));
        until_broken_ -= static_cast<std::size_t>(count);
        due_ = options_.delay.count() == 0;
    }
    server_open_ = !ended && until_broken_ > 0;
    if (ended || (!server_open_ && !options_.silent_once_broken)) ::shutdown(client_.get(), SHUT_WR);
}

}  // namespace

Link::Link(Conversation conversation, LinkOptions options)
    : conversation_(std::move(conversation)), options_(options), listener_(os::make_socket(AF_INET, SOCK_STREAM)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    check(::bind(listener_.get(), generic, size) == 0 && ::listen(listener_.get(), 4) == 0 &&
              ::getsockname(listener_.get(), generic, &size) == 0,
          "link");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
        for (;;) {
            const FileDescriptor client(os::accept(listener_.get()));
            if (!client.is_open()) return;
            connect(client);
        }
    });
}

void Link::close() {
    if (!thread_.joinable()) return;
    ::shutdown(listener_.get(), SHUT_RDWR);  // wakes accept()
    thread_.join();
}

void Link::connect(const FileDescriptor& client) {
    constexpr int at_once = 1;
    ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    auto [server, far_end] = connected_pair();
    ::setsockopt(far_end.get(), SOL_SOCKET, SO_RCVTIMEO, &patience_of_socket, sizeof patience_of_socket);
    std::thread conversation([this, end = std::move(far_end)] { conversation_(end.get()); });
    Passage passage(client, server, options_, sent_);
    passage.run();
    broken_ |= passage.broken();
    ::shutdown(client.get(), SHUT_RDWR);
    server.close();
    conversation.join();
}

}  // namespace mqtts::test
