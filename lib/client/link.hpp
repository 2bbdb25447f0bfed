// SPDX-License-Identifier: Apache-2.0
// The connections to the server, one after the other, as the client's loops share them: Connection, or a server in the
// hands of a test.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "base/error.hpp"
#include "base/gather.hpp"
#include "client/timer.hpp"
#include "transport/channel.hpp"
#include "wire/packet.hpp"

namespace mqtts::client {

class Link {
public:
    using Send = transport::Channel::Send;

    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    virtual ~Link() = default;

    /// Connects anew and gives up the last connection. Call it only while no loop uses the link.
    virtual Awaitable<Result<>> open(const net::Endpoint& endpoint, const net::Route& route) = 0;
    virtual void drop() noexcept = 0;
    /// Ends the connection in order; without it the server sees the connection break. `at_once`: without waiting for
    /// the server's end. Returns true when everything has left and the server's end, if waited for, has come.
    virtual Awaitable<bool> close(bool at_once) = 0;

    /// Tells whether it may be used: open() succeeded and nothing has failed since.
    [[nodiscard]] virtual bool is_open() const noexcept = 0;
    /// Tells whether open() is under way, or failed without a drop() since.
    [[nodiscard]] virtual bool is_opening() const noexcept = 0;
    /// Stops using the connection, because the server did not answer in time.
    virtual void give_up() noexcept = 0;
    /// Names what open() is doing, for the message of a deadline.
    [[nodiscard]] virtual std::string_view phase() const noexcept = 0;
    /// Returns "host:port" of the last open(), for messages.
    [[nodiscard]] virtual const std::string& server() const noexcept = 0;

    /// Returns a hint about our certificate for the case that the server refuses us; empty: there is nothing to say.
    /// Precondition: is_open().
    [[nodiscard]] virtual std::string certificate_advice() const = 0;

    /// Sends as much of `output` as the kernel takes. Fails when the data to send cannot be fetched. Precondition:
    /// is_open().
    [[nodiscard]] virtual Result<Status> send(Gather& output, wire::ProtocolVersion version, Send what) = 0;
    virtual Awaitable<> writable() = 0;
    /// Waits for bytes and takes one buffer of them. Only this function tells a failure, such as why the connection is
    /// over. Passes through the event loop even when bytes are always there, so that a fast server starves nobody.
    virtual Awaitable<Result<>> receive(Buffer& input, wire::ProtocolVersion version) = 0;

    /// Lets bytes gather because the caller receives a little later: until it waits again, their arrival costs neither
    /// end a wake-up. Precondition: is_open().
    virtual void let_gather() noexcept = 0;

    /// Returns the shortest time to the server and back; 0: unknown. Precondition: is_open().
    [[nodiscard]] virtual std::chrono::microseconds round_trip() const noexcept = 0;

    /// Returns when the server last sent something or took bytes that had not fitted.
    [[nodiscard]] virtual Timer::Clock::time_point last_progress() const noexcept = 0;
    /// Returns when something was last sent or received.
    [[nodiscard]] virtual Timer::Clock::time_point last_traffic() const noexcept = 0;

protected:
    Link() = default;
};

}  // namespace mqtts::client
