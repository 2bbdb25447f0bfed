#include "client/connection.hpp"

#include <fmt/format.h>

namespace mqtts::client {

using transport::Status;

Connection::Connection(boost::asio::any_io_executor executor, transport::Endpoint endpoint,
                       const transport::TlsContext& tls, const Log& log)
    : executor_(std::move(executor)),
      endpoint_(std::move(endpoint)),
      tls_(tls),
      log_(log),
      packet_log_(log),
      server_(transport::to_string(endpoint_)) {}

Awaitable<Result<>> Connection::open() {
    drop();
    channel_.emplace(executor_, tls_);
    if (Result<> opened = co_await channel_->open(endpoint_); !opened) co_return opened;
    open_ = true;
    last_progress_ = Clock::now();
    log_.debug(fmt::format("connected to {}", channel_->description()));
    co_return Result<>();
}

void Connection::drop() noexcept {
    open_ = false;
    channel_.reset();
    packet_log_.reset();
}

Awaitable<> Connection::close() {
    co_await channel_->close();
}

std::string_view Connection::phase() const noexcept {
    if (open_) return "waiting for CONNACK";
    return channel_ ? channel_->phase() : "connecting";
}

Status Connection::send(Buffer& output, wire::ProtocolVersion version) {
    if (!log_.debugging()) return channel_->send(output);
    packet_log_.sending(output.readable(), version);
    const std::size_t before = output.size();
    const Status status = channel_->send(output);
    packet_log_.sent(before - output.size());
    return status;
}

Awaitable<> Connection::writable() {
    co_await channel_->writable();
    last_progress_ = Clock::now();
}

Awaitable<Result<>> Connection::receive(Buffer& input, wire::ProtocolVersion version) {
    Status status = channel_->receive(input);
    while (status == Status::would_block) {
        co_await channel_->readable();
        status = channel_->receive(input);
    }
    last_progress_ = Clock::now();
    if (status != Status::ok) {
        open_ = false;
        if (status == Status::failed) co_return channel_->failure();
        co_return Failure(Errc::connection_lost, fmt::format("{} closed the connection", server_));
    }
    if (log_.debugging()) packet_log_.received(input.readable(), version);
    co_return Result<>();
}

}  // namespace mqtts::client
