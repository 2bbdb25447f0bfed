// SPDX-License-Identifier: Apache-2.0
// One connection to the server, as the client's loops share it: a channel that logs its packets, remembers when bytes
// last moved, and says once why it broke.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "async/notification.hpp"
#include "base/error.hpp"
#include "base/gather.hpp"
#include "client/packet_log.hpp"
#include "log/log.hpp"
#include "transport/channel.hpp"

namespace mqtts::client {

class Connection {
public:
    using Clock = std::chrono::steady_clock;

    /// All must outlive the connection.
    Connection(boost::asio::any_io_executor executor, const tls::Context& tls, const Log& log);

    /// Connects anew, giving up what was there. Only while no loop uses it.
    Awaitable<Result<>> open(const net::Endpoint& endpoint, const net::Route& route);
    void drop() noexcept;
    /// Ends in order; without it the server sees the connection break. `at_once`: without waiting for the server's end.
    Awaitable<> close(bool at_once);

    /// It may be used: open() succeeded and nothing has failed since.
    [[nodiscard]] bool is_open() const noexcept { return open_; }
    /// open() is under way, or its failure was not dropped yet.
    [[nodiscard]] bool is_opening() const noexcept { return channel_ && !open_; }
    /// It did not answer in time.
    void give_up() noexcept { open_ = false; }
    /// What open() is doing, for the message of a deadline.
    [[nodiscard]] std::string_view phase() const noexcept;
    /// "host:port" of the last open(), for messages.
    [[nodiscard]] const std::string& server() const noexcept { return server_; }

    /// The one of the last open(). Precondition: there was one, and no drop() since.
    [[nodiscard]] const transport::Channel& channel() const noexcept { return *channel_; }

    using Send = transport::Channel::Send;
    /// Sends what the kernel takes of `output`. The failure: what was to be sent could not be fetched. Precondition:
    /// is_open().
    [[nodiscard]] Result<Status> send(Gather& output, wire::ProtocolVersion version, Send what = Send::all);
    Awaitable<> writable();
    /// Waits for bytes and takes one buffer of them. A failure, as why the connection is over, is told here only.
    /// Passes through the event loop even when there always are some, so a fast server starves nobody.
    Awaitable<Result<>> receive(Buffer& input, wire::ProtocolVersion version);

    /// When bytes last moved, in either direction.
    [[nodiscard]] Clock::time_point last_progress() const noexcept { return last_progress_; }

private:
    [[nodiscard]] Result<Status> send_pieces(Gather& output, Send what);
    [[nodiscard]] Result<> encrypt_packets(Gather& output);
    void warn_once(const std::string& text);
    void debug_trouble() const;

    boost::asio::any_io_executor executor_;
    const tls::Context& tls_;
    const Log& log_;
    PacketLog packet_log_;
    std::string server_;
    std::string warning_;  // the last one given
    std::optional<transport::Channel> channel_;
    Clock::time_point last_progress_;
    bool open_ = false;
    bool at_packet_ = true;  // what is sent next begins with a packet
};

}  // namespace mqtts::client
