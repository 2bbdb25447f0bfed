// SPDX-License-Identifier: Apache-2.0
#include "program/caller_socket.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "os/os.hpp"

namespace mqtts::program {

namespace {

constexpr std::size_t read_at_once = std::size_t{32} * 1024;

/// Tells whether a call has failed for no other reason than that it came too early.
bool is_early(ssize_t count) noexcept {
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

}  // namespace

CallerSocket::CallerSocket(const boost::asio::any_io_executor& executor, os::OpenFile socket)
    : socket_(executor, socket.release()) {}

CallerLink::Received CallerSocket::receive(os::SecretBytes& to) {
    const std::span<char> space = to.prepare(read_at_once);
    const ssize_t count = ::recv(socket_.native_handle(), space.data(), space.size(), MSG_DONTWAIT);
    if (is_early(count)) return Received::nothing;
    if (count <= 0) return Received::over;
    to.commit(static_cast<std::size_t>(count));
    return Received::bytes;
}

void CallerSocket::wait(std::function<void()> ready) {
    socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [ready = std::move(ready)](const boost::system::error_code& error) {
                           if (!error) ready();
                       });
}

bool CallerSocket::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = os::send(socket_.native_handle(), bytes, MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

bool CallerSocket::is_gone() {
    char byte = 0;
    const ssize_t count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count <= 0 && !is_early(count);
}

}  // namespace mqtts::program
