// SPDX-License-Identifier: Apache-2.0
#include "transport/receiver.hpp"

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <utility>

#include "base/sizes.hpp"
#include "net/socket_call.hpp"
#include "os/os.hpp"

namespace mqtts::transport {

namespace asio = boost::asio;

Status Receiver::receive(Buffer& to, int& error) {
    if (arrival_) return take_arrival(to, error);
    if (empty_) return Status::would_block;
    char* const space = to.prepare(sizes::received_at_once).data();
    const ssize_t count =
        net::uninterrupted([&] { return ::recv(socket_.native_handle(), space, sizes::received_at_once, 0); });
    if (count == 0) return Status::closed;
    if (count < 0) {
        error = errno;
        return net::is_would_block(error) ? Status::would_block : Status::failed;
    }
    to.commit(static_cast<std::size_t>(count));
    came();
    empty_ = static_cast<std::size_t>(count) < sizes::received_at_once;
    return Status::ok;
}

/// Mostly nothing is left of what came before, and the buffers change places.
Status Receiver::take_arrival(Buffer& to, int& error) {
    const boost::system::error_code ended = *std::exchange(arrival_, std::nullopt);
    if (ended == asio::error::eof) return Status::closed;
    if (ended) {
        error = ended.value();
        return Status::failed;
    }
    empty_ = arrived_.size() < sizes::received_at_a_wake;
    if (to.empty())
        std::swap(to, arrived_);
    else
        to.append(arrived_.readable());
    arrived_.clear();
    return Status::ok;
}

void Receiver::came() noexcept {
    if (unanswered_) answered_ = 0;
    unanswered_ = owes_acknowledgement_ = true;
}

void Receiver::sent() noexcept {
    if (unanswered_) ++answered_;
    unanswered_ = owes_acknowledgement_ = false;
}

void Receiver::restart() noexcept {
    arrived_.clear();
    arrival_.reset();
    empty_ = unanswered_ = owes_acknowledgement_ = false;
    answered_ = 0;
}

/// When no data of ours carries the acknowledgement, a server with Nagle's algorithm (mosquitto) waits 40 ms for it.
/// Where data of ours always followed so far, it will follow this time.
void Receiver::acknowledge() {
    constexpr unsigned always = 16;
    if (owes_acknowledgement_ && answered_ < always) os::acknowledge_now(socket_.native_handle());
    owes_acknowledgement_ = false;
}

Awaitable<bool> Receiver::readable() {
    if (arrival_) co_return true;
    acknowledge();
    empty_ = false;
    const asio::mutable_buffer space(arrived_.prepare(sizes::received_at_a_wake).data(), sizes::received_at_a_wake);
    const auto [error, count] = co_await socket_.async_receive(space, asio::as_tuple(asio::use_awaitable));
    if (error == asio::error::operation_aborted) co_return false;
    arrived_.commit(count);
    arrival_ = error;
    came();
    co_return true;
}

}  // namespace mqtts::transport
