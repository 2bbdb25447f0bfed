// SPDX-License-Identifier: Apache-2.0
// Wraps a TCP socket so that it seldom wakes us: data that nobody waits for gathers in the kernel. It also acknowledges
// early, so that the server does not wait.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "async/awaitable.hpp"
#include "net/socket_call.hpp"
#include "os/os.hpp"

namespace mqtts::transport {

class Socket : public boost::asio::ip::tcp::socket {
public:
    using tcp = boost::asio::ip::tcp;

    explicit Socket(const boost::asio::any_io_executor& executor) : tcp::socket(executor) {}
    Socket& operator=(tcp::socket&& connected) {
        tcp::socket::operator=(std::move(connected));
        return *this;
    }

    /// Takes note that something was read; `all`: nothing is left.
    void received(bool all) noexcept {
        dry_ = all;
        owes_acknowledgement_ = true;
    }
    void sent() noexcept { owes_acknowledgement_ = false; }

    /// Says that everything was read, and nobody has waited since.
    [[nodiscard]] bool is_dry() const noexcept { return dry_; }
    void look_again() noexcept { dry_ = false; }

    /// Lets data gather until the next wait to read: arriving segments wake nobody until then.
    void let_gather() noexcept {
        dry_ = false;
        constexpr int much = 32 * 1024;  // bytes; more would make the kernel's buffer grow
        if (!std::exchange(gathering_, true)) net::wake_at(native_handle(), much);
    }

    /// Waits until the socket is ready. False: it was cancelled.
    Awaitable<bool> wait(wait_type what) {
        if (what == wait_read) be_woken();
        dry_ = false;
        const auto [error] = co_await async_wait(what, boost::asio::as_tuple(boost::asio::use_awaitable));
        co_return !error;
    }

private:
    /// Lets arriving data wake us again. Sends the acknowledgement if no data of ours has carried it: a server with
    /// Nagle's algorithm (mosquitto) would wait 40 ms for it.
    void be_woken() noexcept {
        if (std::exchange(owes_acknowledgement_, false)) os::acknowledge_now(native_handle());
        if (std::exchange(gathering_, false)) net::wake_at(native_handle(), 1);
    }

    bool dry_ = false;
    bool owes_acknowledgement_ = false;  // of TCP: nothing was sent since something was received
    bool gathering_ = false;
};

}  // namespace mqtts::transport
