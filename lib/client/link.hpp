// SPDX-License-Identifier: Apache-2.0
// One connection to the server after the other, as the client's loops share it: Connection, or a server in the hands of
// a test.
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

    /// Connects anew, giving up what was there. Only while no loop uses it.
    virtual Awaitable<Result<>> open(const net::Endpoint& endpoint, const net::Route& route) = 0;
    virtual void drop() noexcept = 0;
    /// Ends in order; without it the server sees the connection break. `at_once`: without waiting for the server's end.
    /// true: all has left, and the server's end, if it was waited for, has come.
    virtual Awaitable<bool> close(bool at_once) = 0;

    /// It may be used: open() succeeded and nothing has failed since.
    [[nodiscard]] virtual bool is_open() const noexcept = 0;
    /// open() is under way, or its failure was not dropped yet.
    [[nodiscard]] virtual bool is_opening() const noexcept = 0;
    /// It did not answer in time.
    virtual void give_up() noexcept = 0;
    /// What open() is doing, for the message of a deadline.
    [[nodiscard]] virtual std::string_view phase() const noexcept = 0;
    /// "host:port" of the last open(), for messages.
    [[nodiscard]] virtual const std::string& server() const noexcept = 0;

    /// What to do about our certificate when the server refuses us, as a clause; empty: nothing. Once open.
    [[nodiscard]] virtual std::string certificate_advice() const = 0;

    /// Sends what the kernel takes of `output`. The failure: what was to be sent could not be fetched. Precondition:
    /// is_open().
    [[nodiscard]] virtual Result<Status> send(Gather& output, wire::ProtocolVersion version, Send what) = 0;
    virtual Awaitable<> writable() = 0;
    /// Waits for bytes and takes one buffer of them. A failure, as why the connection is over, is told here only.
    /// Passes through the event loop even when there always are some, so a fast server starves nobody.
    virtual Awaitable<Result<>> receive(Buffer& input, wire::ProtocolVersion version) = 0;

    /// The caller receives a little later: until it waits for bytes again, their arrival costs neither end a wake-up.
    /// Precondition: is_open().
    virtual void let_gather() noexcept = 0;

    /// How long it takes to the server and back, at best; 0: not known. Precondition: is_open().
    [[nodiscard]] virtual std::chrono::microseconds round_trip() const noexcept = 0;

    /// When the server last showed that it is there: it sent something, or took what had not fitted.
    [[nodiscard]] virtual Timer::Clock::time_point last_progress() const noexcept = 0;
    /// When something was last sent or received.
    [[nodiscard]] virtual Timer::Clock::time_point last_traffic() const noexcept = 0;

protected:
    Link() = default;
};

}  // namespace mqtts::client
