// SPDX-License-Identifier: Apache-2.0
// A link over the network: logs its packets, remembers when bytes last moved, and tells once why it broke.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/gather.hpp"
#include "client/link.hpp"
#include "client/packet_log.hpp"
#include "log/log.hpp"
#include "transport/channel.hpp"

namespace mqtts::client {

class Observer;

class Connection final : public Link {
public:
    /// All must outlive the connection. `observer` may be null.
    Connection(boost::asio::any_io_executor executor, const tls::Context& tls, const Log& log, Observer* observer,
               Timer& timer);

    Awaitable<Result<>> open(const net::Endpoint& endpoint, const net::Route& route) override;
    void drop() noexcept override;
    Awaitable<bool> close(bool at_once) override;

    [[nodiscard]] bool is_open() const noexcept override { return open_; }
    [[nodiscard]] bool is_opening() const noexcept override { return channel_ && !open_; }
    void give_up() noexcept override { open_ = false; }
    [[nodiscard]] std::string_view phase() const noexcept override;
    [[nodiscard]] const std::string& server() const noexcept override { return server_; }
    [[nodiscard]] std::string certificate_advice() const override {
        return tls::advice(channel_->client_certificate());
    }

    /// Returns the channel of the last open(). Precondition: there was one, and no drop() since.
    [[nodiscard]] const transport::Channel& channel() const noexcept { return *channel_; }

    [[nodiscard]] Result<Status> send(Gather& output, wire::ProtocolVersion version, Send what) override;
    Awaitable<> writable() override;
    Awaitable<Result<>> receive(Buffer& input, wire::ProtocolVersion version) override;

    void let_gather() noexcept override { channel_->let_gather(); }
    [[nodiscard]] std::chrono::microseconds round_trip() const noexcept override { return channel_->round_trip(); }
    [[nodiscard]] Timer::Clock::time_point last_progress() const noexcept override { return last_progress_; }
    [[nodiscard]] Timer::Clock::time_point last_traffic() const noexcept override {
        return std::max(last_progress_, last_sent_);
    }

private:
    Awaitable<Result<>> open_channel(const net::Endpoint& endpoint, const net::Route& route);
    [[nodiscard]] Result<Status> send_pieces(Gather& output, Send what);
    [[nodiscard]] Result<> encrypt_packets(Gather& output);
    void warn_once(const std::string& text);
    void debug_trouble() const;
    void debug_certificate() const;

    boost::asio::any_io_executor executor_;
    const tls::Context& tls_;
    const Log& log_;
    Observer* observer_;
    Timer& timer_;
    PacketLog packet_log_;
    std::string server_;
    std::string warning_;  // the last one given
    std::optional<transport::Channel> channel_;
    Timer::Clock::time_point last_progress_;
    Timer::Clock::time_point last_sent_;
    bool open_ = false;
    bool at_packet_ = true;  // the next byte to send begins a packet
};

}  // namespace mqtts::client
