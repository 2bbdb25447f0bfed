// SPDX-License-Identifier: Apache-2.0
// What arrives at a socket, for one wait and one recv(2) each time.
//
// Asio can wait for a socket alone, but asks epoll_ctl(2) for it each time; while a read is under way that found the
// socket empty it needs no system call but the wait. So readable() is such a read, and receive() takes what it brought.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <optional>

#include "async/awaitable.hpp"
#include "base/buffer.hpp"
#include "base/status.hpp"

namespace mqtts::transport {

class Receiver {
public:
    /// `socket` must outlive it.
    explicit Receiver(boost::asio::ip::tcp::socket& socket) noexcept : socket_(socket) {}

    /// Takes what is there, once. would_block: nothing is, as far as we know; ok: there may be more. closed: the end of
    /// it. failed: `error` says how it broke.
    [[nodiscard]] Status receive(Buffer& to, int& error);
    /// Complete when receive() is worth a call. false: cancelled.
    Awaitable<bool> readable();
    /// The socket has another connection now.
    void restart() noexcept;
    /// Ask the socket again, even if it was just found empty.
    void look_again() noexcept { empty_ = false; }

    /// Something was sent, and TCP's acknowledgement of what came travels with it.
    void sent() noexcept;

private:
    [[nodiscard]] Status take_arrival(Buffer& to, int& error);
    void came() noexcept;
    void acknowledge();

    boost::asio::ip::tcp::socket& socket_;
    Buffer arrived_;
    std::optional<boost::system::error_code> arrival_;  // how the read of readable() ended; nothing: it is dealt with
    bool empty_ = false;                                // the last receive took all there was, and nobody has waited
    bool owes_acknowledgement_ = false;                 // of TCP, for what came
    bool unanswered_ = false;                           // nothing was sent since something came
    unsigned answered_ = 0;                             // times in a row
};

}  // namespace mqtts::transport
