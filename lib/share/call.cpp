// SPDX-License-Identifier: Apache-2.0
#include "share/call.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <utility>

namespace mqtts::share {

namespace {

constexpr std::size_t received_at_once = std::size_t{4} * 1024;  // replies are short

int milliseconds_left(const Call::Deadline& deadline) {
    if (!deadline) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<int>::max()));
}

}  // namespace

Call::Call(os::OpenFile socket, std::string_view program_version, int wake)
    : socket_(std::move(socket)), wake_(wake), reader_(program_version) {
    encode_greeting(own_.emplace_back(), program_version);
    left_.push_back(own_.back().readable());
}

void Call::add_identity(const Identity& identity) {
    encode_identity_header(own_.emplace_back(), identity.bytes().size());
    left_.push_back(own_.back().readable());
    left_.push_back(identity.bytes());
}

bool Call::add(const Publish& publish) {
    Buffer frame;
    if (!encode(frame, publish)) return false;
    left_.push_back(own_.emplace_back(std::move(frame)).readable());
    return true;
}

void Call::add(StatusRequest request) {
    encode(own_.emplace_back(), request);
    left_.push_back(own_.back().readable());
}

void Call::add(EndRequest request) {
    encode(own_.emplace_back(), request);
    left_.push_back(own_.back().readable());
}

/// Sends until the socket takes no more: all pieces at once, as each call may wake the keeper. An error is not the end:
/// what the keeper wrote before is still to be read.
void Call::send_what_fits() {
    while (can_send_ && !left_.empty()) {
        std::array<iovec, 8> pieces;
        const std::size_t number = std::min(left_.size(), pieces.size());
        for (std::size_t i = 0; i < number; ++i)
            pieces[i] = {.iov_base = const_cast<char*>(left_[i].data()), .iov_len = left_[i].size()};
        const ssize_t count = ::writev(socket_.get(), pieces.data(), static_cast<int>(number));
        if (count >= 0)
            sent(static_cast<std::size_t>(count));
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            return;
        else
            can_send_ = errno == EINTR;
    }
}

void Call::sent(std::size_t count) {
    while (!left_.empty() && count >= left_.front().size()) {
        count -= left_.front().size();
        left_.pop_front();
    }
    if (left_.empty())
        own_.clear();
    else
        left_.front().remove_prefix(count);
}

void Call::receive() {
    received_.consume(std::exchange(read_, 0));
    const std::span<char> space = received_.prepare(received_at_once);
    const ssize_t count = ::recv(socket_.get(), space.data(), space.size(), 0);
    if (count > 0)
        received_.commit(static_cast<std::size_t>(count));
    else if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
        is_over_ = true;
}

void Call::leave() noexcept {
    can_send_ = false;
    ::shutdown(socket_.get(), SHUT_RD);
}

std::optional<Call::Event> Call::read_received() {
    const std::string_view all = received_.readable();
    std::string_view rest = all.substr(read_);
    const ReadState state = reader_.read(rest);
    read_ = all.size() - rest.size();
    switch (state) {
        case ReadState::more:
            return is_over_ ? std::optional(Event::lost) : std::nullopt;
        case ReadState::other_version:
            return Event::other_version;
        case ReadState::malformed:
            return Event::malformed;
        case ReadState::frame:
            break;
    }
    if (std::holds_alternative<Taken>(reply())) is_taken_ = true;
    if (std::holds_alternative<Done>(reply())) is_taken_ = false;  // for the next publish
    return Event::reply;
}

/// Waits until there is something to read or room to send. Nothing: there is.
std::optional<Call::Event> Call::wait(const Deadline& deadline) {
    const bool wants_room = can_send_ && !left_.empty();
    std::array<pollfd, 2> both{
        pollfd{.fd = socket_.get(), .events = static_cast<short>(wants_room ? POLLIN | POLLOUT : POLLIN), .revents = 0},
        pollfd{.fd = wake_, .events = POLLIN, .revents = 0}};
    const int ready = ::poll(both.data(), wake_ < 0 ? 1 : 2, milliseconds_left(deadline));
    if (ready == 0 && deadline && std::chrono::steady_clock::now() >= *deadline) return Event::timed_out;
    if (ready <= 0) return std::nullopt;  // interrupted, or a time that is longer than poll(2) can wait
    if (both[1].revents != 0) return Event::woken;
    if ((both[0].revents & ~POLLOUT) != 0) receive();
    return std::nullopt;
}

Call::Event Call::next(const Deadline& deadline) {
    for (;;) {
        if (const auto event = read_received()) return *event;
        send_what_fits();
        if (const auto event = wait(deadline)) return *event;
    }
}

}  // namespace mqtts::share
