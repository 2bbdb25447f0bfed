// SPDX-License-Identifier: Apache-2.0
#include "client/connection.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/sizes.hpp"
#include "client/observer.hpp"
#include "net/connect.hpp"
#include "text/escape.hpp"
#include "wire/cursor.hpp"
#include "wire/decode.hpp"

namespace mqtts::client {

Connection::Connection(boost::asio::any_io_executor executor, const tls::Context& tls, const Log& log,
                       Observer* observer, Timer& timer)
    : executor_(std::move(executor)), tls_(tls), log_(log), observer_(observer), timer_(timer), packet_log_(log) {}

namespace {

/// Names the proxy on the way to a server whose TLS failed: perhaps the proxy ended it, although it had agreed.
Failure with_proxy(Failure failure, const net::Endpoint& endpoint, const net::Route& route) {
    const int status = exit_status(failure.code);
    const bool is_of_tls = status == exit_status(Errc::tls_failed) || status == exit_status(Errc::untrusted_issuer);
    if (is_of_tls) failure.cause += net::through_proxy(endpoint, route);
    return failure;
}

}  // namespace

Awaitable<Result<>> Connection::open(const net::Endpoint& endpoint, const net::Route& route) {
    Result<> opened = co_await open_channel(endpoint, route);
    if (observer_ != nullptr) observer_->opened(*this);
    co_return opened;
}

Awaitable<Result<>> Connection::open_channel(const net::Endpoint& endpoint, const net::Route& route) {
    drop();
    server_ = net::to_string(endpoint);
    channel_.emplace(executor_, tls_);
    const Result<> opened = co_await channel_->open(endpoint, route);
    debug_certificate();
    if (!opened) co_return with_proxy(opened.error(), endpoint, route);
    open_ = true;
    at_packet_ = true;
    last_progress_ = timer_.now();
    if (log_.debugging())
        log_.debug(fmt::format("connected to {}", channel_->description()), {.event = "connected", .host = server_});
    warn_once(channel_->warning());
    debug_trouble();
    co_return Result<>();
}

// Each connection to the server would give the same warning.
void Connection::warn_once(const std::string& text) {
    if (text.empty() || text == warning_) return;
    warning_ = text;
    log_.warning(fmt::format("{}: {}", escape(server_), text), {.event = "certificate_expires_soon", .host = server_});
}

void Connection::debug_trouble() const {
    if (const std::string trouble = channel_->session_trouble(); !trouble.empty()) log_.debug(trouble);
}

void Connection::debug_certificate() const {
    if (!log_.debugging()) return;
    if (const std::string exchange = tls::to_text(channel_->client_certificate()); !exchange.empty())
        log_.debug(exchange, {.event = "client_certificate", .host = server_});
}

void Connection::drop() noexcept {
    open_ = false;
    channel_.reset();
    packet_log_.reset();
}

Awaitable<bool> Connection::close(bool at_once) {
    const bool ended = co_await channel_->close(at_once);
    debug_trouble();
    co_return ended;
}

std::string_view Connection::phase() const noexcept {
    if (open_) return "waiting for CONNACK";
    return channel_ ? channel_->phase() : "connecting";
}

namespace {

/// A TLS record for each packet is for a few packets only: a stream fills its records.
constexpr std::size_t most_bytes_apart = sizes::encrypted_apart;
constexpr std::size_t most_packets_apart = 4;

/// Returns where the first packet of `bytes` ends; a few acknowledgements in a row count as one packet.
std::size_t end_of_packet(std::string_view bytes) {
    constexpr std::size_t acknowledgement = wire::ShortAcknowledgement::size;
    constexpr std::size_t most = 16 * acknowledgement;
    std::size_t end = 0;
    while (end != most && wire::next_short_acknowledgement(bytes.substr(end)))
        end += acknowledgement;
    if (end != 0) return end;
    wire::Reader reader(bytes.substr(1));
    const std::size_t length = reader.variable_byte();
    return 1 + wire::variable_byte_size(length) + length;
}

/// Returns the ends of all packets; empty: they are too many, or incomplete.
std::vector<std::size_t> ends_of_packets(std::string_view bytes) {
    std::vector<std::size_t> ends;
    for (std::size_t end = 0; end != bytes.size();) {
        end += end_of_packet(bytes.substr(end));
        if (end > bytes.size() || ends.size() == most_packets_apart) return {};
        ends.push_back(end);
    }
    return ends;
}

}  // namespace

/// Sends each packet in a TLS record of its own: some servers look only at the first packet of a record until the next
/// record comes.
Result<> Connection::encrypt_packets(Gather& output) {
    if (output.readable().size() != output.size()) {
        if (Result<> gathered = output.gather(); !gathered) return gathered;
    }
    const std::string_view bytes = output.readable();
    const std::vector<std::size_t> ends = ends_of_packets(bytes);
    std::size_t sent = 0;
    for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
        std::string_view packet = bytes.substr(sent, ends[i] - sent);
        const std::size_t size = packet.size();
        const Status status = channel_->send(packet, Send::records);
        sent += size - packet.size();
        if (status != Status::ok || !packet.empty()) break;
    }
    output.consume(sent);
    return {};
}

Result<Status> Connection::send(Gather& output, wire::ProtocolVersion version, Send what) {
    const bool logging = log_.debugging();
    if (logging) {
        if (Result<> gathered = output.gather(); !gathered) return gathered.error();
        packet_log_.sending(output.readable(), version);
    }
    const std::size_t before = output.size();
    Result<> encrypted;
    if (what == Send::all && at_packet_ && before <= most_bytes_apart) encrypted = encrypt_packets(output);
    const Result<Status> status = encrypted ? send_pieces(output, what) : encrypted.error();
    if (logging) packet_log_.sent(before - output.size());
    at_packet_ = output.empty();
    if (output.size() != before) last_sent_ = timer_.now();
    return status;
}

/// Encrypts a limited amount in one turn: where the network is the faster end, the rest of the program would otherwise
/// wait for a whole file to be read.
Result<Status> Connection::send_pieces(Gather& output, Send what) {
    for (std::size_t sent = 0;;) {
        if (Result<> fetched = output.fetch(); !fetched) return fetched.error();
        std::string_view piece = output.readable();
        const std::size_t before = piece.size();
        const bool last = before == output.size();
        const Status status = channel_->send(piece, last ? what : Send::records);
        output.consume(before - piece.size());
        sent += before - piece.size();
        if (status != Status::ok || output.empty() || !piece.empty()) return status;
        if (sent >= sizes::encrypted_in_a_turn) return Status::would_block;
    }
}

Awaitable<> Connection::writable() {
    co_await channel_->writable();
    last_progress_ = timer_.now();
}

Awaitable<Result<>> Connection::receive(Buffer& input, wire::ProtocolVersion version) {
    Status status = channel_->receive(input);
    if (status == Status::ok) {
        last_progress_ = timer_.now();
        co_await async::yield();
    }
    while (status == Status::would_block) {
        if (!co_await channel_->readable()) co_return async::cancelled();
        status = channel_->receive(input);
    }
    if (status != Status::ok) {
        open_ = false;
        if (status == Status::failed) co_return channel_->failure();
        co_return Failure(Errc::connection_lost, fmt::format("{} closed the connection", server_));
    }
    last_progress_ = timer_.now();
    if (log_.debugging()) packet_log_.received(input.readable(), version);
    co_return Result<>();
}

}  // namespace mqtts::client
