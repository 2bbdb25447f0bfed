#include "client/connection.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"

namespace mqtts::client {

using transport::Status;

Connection::Connection(boost::asio::any_io_executor executor, const transport::TlsContext& tls, const Log& log)
    : executor_(std::move(executor)), tls_(tls), log_(log), packet_log_(log) {}

Awaitable<Result<>> Connection::open(const transport::Endpoint& endpoint, const transport::Route& route) {
    drop();
    server_ = transport::to_string(endpoint);
    channel_.emplace(executor_, tls_);
    if (Result<> opened = co_await channel_->open(endpoint, route); !opened) co_return opened;
    open_ = true;
    last_progress_ = Clock::now();
    if (log_.debugging())
        log_.debug(fmt::format("connected to {}", channel_->description()), {.event = "connected", .host = server_});
    warn_once(channel_->warning());
    debug_trouble();
    co_return Result<>();
}

// Connecting again brings nothing new.
void Connection::warn_once(const std::string& text) {
    if (text.empty() || text == warning_) return;
    warning_ = text;
    log_.warning(fmt::format("{}: {}", escape(server_), text), {.event = "certificate_expires_soon", .host = server_});
}

void Connection::debug_trouble() const {
    if (const std::string trouble = channel_->session_trouble(); !trouble.empty()) log_.debug(trouble);
}

void Connection::drop() noexcept {
    open_ = false;
    channel_.reset();
    packet_log_.reset();
}

Awaitable<> Connection::close(bool at_once) {
    co_await channel_->close(at_once);
    debug_trouble();
}

std::string_view Connection::phase() const noexcept {
    if (open_) return "waiting for CONNACK";
    return channel_ ? channel_->phase() : "connecting";
}

Result<Status> Connection::send(Gather& output, wire::ProtocolVersion version, Send what) {
    if (!log_.debugging()) return send_pieces(output, what);
    if (Result<> gathered = output.gather(); !gathered) return gathered.error();
    packet_log_.sending(output.readable(), version);
    const std::size_t before = output.size();
    const Result<Status> status = send_pieces(output, what);
    packet_log_.sent(before - output.size());
    return status;
}

/// No more than so much at once: where the network is the faster end, the rest of the program would wait for all of a
/// file to be read.
Result<Status> Connection::send_pieces(Gather& output, Send what) {
    constexpr std::size_t most_at_once = std::size_t{1024} * 1024;
    for (std::size_t sent = 0;;) {
        if (Result<> fetched = output.fetch(); !fetched) return fetched.error();
        std::string_view piece = output.readable();
        const std::size_t before = piece.size();
        const bool last = before == output.size();
        const Status status = channel_->send(piece, last ? what : Send::records);
        output.consume(before - piece.size());
        sent += before - piece.size();
        if (status != Status::ok || output.empty() || !piece.empty()) return status;
        if (sent >= most_at_once) return Status::would_block;
    }
}

Awaitable<> Connection::writable() {
    co_await channel_->writable();
    last_progress_ = Clock::now();
}

Awaitable<Result<>> Connection::receive(Buffer& input, wire::ProtocolVersion version) {
    Status status = channel_->receive(input);
    if (status == Status::ok) {
        last_progress_ = Clock::now();
        co_await yield();
    }
    while (status == Status::would_block) {
        if (!co_await channel_->readable()) co_return cancelled();
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
