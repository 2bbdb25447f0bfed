// SPDX-License-Identifier: Apache-2.0
#include "program/keeper_caller.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "os/os.hpp"
#include "wire/property.hpp"
#include "wire/topic.hpp"

namespace mqtts::program {

namespace {

constexpr std::size_t read_at_once = std::size_t{32} * 1024;

}  // namespace

KeeperCaller::KeeperCaller(const boost::asio::any_io_executor& executor, os::OpenFile socket,
                           std::string_view program_version, std::string_view identity)
    : socket_(executor, socket.release()), reader_(program_version, identity) {
    share::encode_greeting(output_, program_version);  // leaves with the first reply: a caller need not wait for it
}

void KeeperCaller::wait(const Ready& ready) {
    if (!socket_.is_open()) return;
    socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [weak = weak_from_this(), ready](const boost::system::error_code& error) {
                           const auto self = weak.lock();
                           if (self && !error) ready(self);
                       });
}

KeeperCaller::Read KeeperCaller::read(os::SecretBytes& scratch) {
    for (;;) {
        const std::span<char> space = scratch.prepare(read_at_once);
        const ssize_t count = ::recv(socket_.native_handle(), space.data(), space.size(), MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Read::nothing;
        if (count <= 0) return Read::over;
        scratch.commit(static_cast<std::size_t>(count));
        std::string_view bytes = scratch.view();
        const share::ReadState state = reader_.read(bytes);
        if (reader_.has_other_identity()) return Read::other_identity;
        if (state == share::ReadState::frame) return bytes.empty() ? Read::request : Read::over;
        if (state != share::ReadState::more) return Read::over;
        scratch.clear();
    }
}

bool KeeperCaller::take(const share::Publish& publish) {
    const bool is_possible = publish.qos <= 2 && wire::is_sendable_topic_name(publish.topic) &&
                             wire::check_properties(publish.properties, wire::PacketType::publish) == Errc::ok;
    if (!is_possible) return false;
    message_ = {.topic_name = std::string(publish.topic),
                .payload = std::string(publish.payload),
                .properties = std::string(publish.properties),
                .qos = static_cast<wire::Qos>(publish.qos),
                .retain = publish.retain};
    wants_log_ = publish.wants_log;
    reader_.forget();
    return true;
}

bool KeeperCaller::is_gone() noexcept {
    if (!socket_.is_open()) return true;
    char byte = 0;
    const ssize_t count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void KeeperCaller::send() {
    if (!send_all()) close();
}

/// Returns false if the caller does not take everything at once.
bool KeeperCaller::send_all() {
    while (socket_.is_open() && !output_.empty()) {
        const ssize_t count = os::send(socket_.native_handle(), output_.readable(), MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) break;
        output_.consume(static_cast<std::size_t>(count));
    }
    const bool all = output_.empty();
    output_.clear();
    return all;
}

void KeeperCaller::close() {
    send_all();
    boost::system::error_code ignored;
    socket_.close(ignored);
    output_.clear();
}

}  // namespace mqtts::program
