// SPDX-License-Identifier: Apache-2.0
#include "transport/channel.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <utility>

#include "net/connect.hpp"
#include "net/socket_call.hpp"
#include "os/os.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"
#include "tls/engine.hpp"
#include "transport/socket.hpp"
#include "websocket/frames.hpp"
#include "websocket/upgrade.hpp"

namespace mqtts::transport {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::chrono::seconds farewell_time{1};  // for the server's close_notify, once everything is sent

struct CloseAtExit {
    tcp::socket& socket;
    ~CloseAtExit() {
        boost::system::error_code ignored;
        socket.close(ignored);
    }
};

}  // namespace

struct Channel::Impl {
    const tls::Context& context;
    Socket socket;
    net::Endpoint endpoint;
    std::optional<tls::Engine> engine;
    std::optional<websocket::Frames> websocket;  // between engine and plaintext, once the server agreed
    Buffer late;                                 // plaintext that was received after sending failed
    Failure failure{Errc::ok};
    std::string phase;
    net::OpenTimes times;
    bool open = false;
    bool failed = false;

    Impl(const asio::any_io_executor& executor, const tls::Context& tls) : context(tls), socket(executor) {}

    Status fail(const Failure& reason);
    [[nodiscard]] const Failure& reason() const;
    void say_goodbye();
    Status hang_up(const Failure& why);
    Status lost(int error_number);
    Status receive_ciphertext();
    Status send_ciphertext();
    Status decrypt(Buffer& plaintext);
    Status encrypt(std::string_view plaintext);
    Status encrypt_frames();
    Status receive_plaintext(Buffer& plaintext);
    Status explain_broken_send(int error_number);

    Awaitable<bool> flush();
    Awaitable<bool> connect_securely(const net::Route& route);
    Awaitable<bool> shake_hands();
    Awaitable<bool> upgrade();
    Awaitable<bool> server_end();
};

// Keeps the first reason: later ones are its consequences.
Status Channel::Impl::fail(const Failure& reason) {
    if (!std::exchange(failed, true))
        failure = with_cause(reason, fmt::format("{}: {}", escape(to_string(endpoint)), reason.cause));
    return Status::failed;
}

const Failure& Channel::Impl::reason() const {
    return websocket && websocket->failure().code != Errc::ok ? websocket->failure() : engine->failure();
}

// Tells the server why the connection is over: with an alert, or the Close of a WebSocket.
void Channel::Impl::say_goodbye() {
    if (websocket) static_cast<void>(encrypt_frames());
    static_cast<void>(os::send(socket.native_handle(), engine->outgoing().readable()));
    engine->outgoing().clear();
}

Status Channel::Impl::hang_up(const Failure& why) {
    say_goodbye();
    return fail(why);
}

// Handles the end of the connection: `error_number`, or 0 if the server closed it.
Status Channel::Impl::lost(int error_number) {
    const bool by_server = error_number == 0 || error_number == ECONNRESET || error_number == EPIPE;
    Failure loss(Errc::connection_truncated);
    if (endpoint.websocket && !websocket)
        loss = websocket::Upgrade::unanswered();
    else if (error_number != 0)
        loss = Failure(Errc::connection_lost, "connection lost: " + os::system_reason(error_number));
    const Status status = by_server ? engine->truncated(loss) : engine->broken(loss);
    return status == Status::closed ? Status::closed : fail(engine->failure());
}

Status Channel::Impl::receive_ciphertext() {
    Buffer& incoming = engine->incoming();
    char* const space = incoming.prepare(sizes::received_at_once).data();
    const ssize_t count =
        net::uninterrupted([&] { return ::recv(socket.native_handle(), space, sizes::received_at_once, 0); });
    if (count < 0 && net::is_would_block(errno)) return Status::would_block;
    if (count <= 0) return lost(count < 0 ? errno : 0);
    incoming.commit(static_cast<std::size_t>(count));
    socket.received(static_cast<std::size_t>(count) < sizes::received_at_once);
    return Status::ok;
}

Status Channel::Impl::send_ciphertext() {
    Buffer& outgoing = engine->outgoing();
    while (!outgoing.empty()) {
        const std::string_view bytes = outgoing.readable();
        const ssize_t count = net::uninterrupted([&] { return os::send(socket.native_handle(), bytes); });
        if (count < 0) return net::is_would_block(errno) ? Status::would_block : explain_broken_send(errno);
        outgoing.consume(static_cast<std::size_t>(count));
        socket.sent();
    }
    return Status::ok;
}

// Decrypts what TLS holds, and decodes its WebSocket frames.
Status Channel::Impl::decrypt(Buffer& plaintext) {
    if (!websocket) return engine->decrypt(plaintext);
    const Status decrypted = engine->decrypt(websocket->incoming());
    const Status received = websocket->receive(plaintext);
    return received == Status::would_block ? decrypted : received;
}

Status Channel::Impl::encrypt(std::string_view plaintext) {
    if (!websocket) return engine->encrypt(plaintext);
    websocket->send(plaintext);
    return encrypt_frames();
}

Status Channel::Impl::encrypt_frames() {
    const Status status = engine->encrypt(websocket->outgoing().readable());
    websocket->outgoing().clear();
    return status;
}

Status Channel::Impl::receive_plaintext(Buffer& plaintext) {
    Status status = decrypt(plaintext);
    if (status == Status::would_block) {
        if (socket.is_dry()) return Status::would_block;
        if (const Status received = receive_ciphertext(); received != Status::ok) return received;
        status = decrypt(plaintext);
        if (status == Status::would_block) return Status::ok;  // a session ticket, or a part: there may be more
    }
    if (status == Status::failed) return hang_up(reason());
    if (status == Status::closed && websocket) say_goodbye();
    return status;
}

// Looks for what the server sent before it closed: an alert or a last packet explains more than "broken pipe".
Status Channel::Impl::explain_broken_send(int error_number) {
    engine->outgoing().clear();
    if (!open) return Status::ok;  // the handshake receives, and finds the reason itself
    Status status = Status::ok;
    do {
        socket.look_again();
        status = receive_plaintext(late);
    } while (status == Status::ok);
    return status == Status::would_block ? lost(error_number) : status;
}

Awaitable<bool> Channel::Impl::flush() {
    for (;;) {
        const Status status = send_ciphertext();
        if (status != Status::would_block) co_return status == Status::ok;
        if (!co_await socket.wait(Socket::wait_write)) co_return false;
    }
}

Awaitable<bool> Channel::Impl::connect_securely(const net::Route& route) {
    auto connected = co_await net::connect(endpoint, route, phase, times);
    if (!connected) {
        failure = connected.error();
        co_return false;
    }
    times.connected = std::chrono::steady_clock::now();
    socket = std::move(*connected);
    const std::string way = route.connect_to ? " at " + to_string(*route.connect_to) : "";
    engine.emplace(context, endpoint.host, to_string(endpoint) + way);  // with --connect-to it is another server
    co_return co_await shake_hands();
}

Awaitable<bool> Channel::Impl::shake_hands() {
    phase = "waiting for the TLS handshake";
    for (;;) {
        const Status status = engine->handshake();
        if (status == Status::ok) {
            phase = "talking TLS";
            times.secured = std::chrono::steady_clock::now();
            co_return true;
        }
        if (status == Status::failed) {
            hang_up(engine->failure());
            co_return false;
        }
        if (!co_await flush()) co_return false;
        Status received = receive_ciphertext();
        while (received == Status::would_block) {
            if (!co_await socket.wait(Socket::wait_read)) co_return false;
            received = receive_ciphertext();
        }
        if (received != Status::ok) co_return false;
    }
}

// Requests the WebSocket. CONNECT must wait for the answer [RFC 6455, 4.1].
Awaitable<bool> Channel::Impl::upgrade() {
    phase = "asking for a WebSocket";
    websocket::Upgrade upgrade(endpoint, tls::advice(engine->client_certificate()));
    Buffer response;
    static_cast<void>(engine->encrypt(upgrade.request()));
    if (!co_await flush()) co_return false;
    for (;;) {
        const Status received = receive_plaintext(response);
        if (received == Status::would_block && !co_await socket.wait(Socket::wait_read)) co_return false;
        if (received == Status::closed) fail(websocket::Upgrade::unanswered());
        if (received == Status::closed || received == Status::failed) co_return false;
        const Status status = upgrade.read(response);
        if (status == Status::ok) break;
        if (status == Status::failed) {
            engine->close();
            hang_up(upgrade.failure());
            co_return false;
        }
        co_await asio::post(socket.get_executor(), asio::use_awaitable);  // or timers and signals would starve
    }
    websocket.emplace().incoming().append(response.readable());
    phase = "talking WebSocket";
    co_return true;
}

// Waits until the server ends the connection in order: then it has read what was sent. false: the connection broke.
Awaitable<bool> Channel::Impl::server_end() {
    Buffer ignored;
    for (;;) {
        const Status status = receive_plaintext(ignored);
        ignored.clear();
        if (status == Status::closed) co_return true;
        if (status == Status::failed) co_return failure.code == Errc::connection_truncated;
        if (status == Status::ok)
            co_await asio::post(socket.get_executor(), asio::use_awaitable);  // or timers and signals would starve
        else if (!co_await socket.wait(Socket::wait_read))
            co_return false;
    }
}

Channel::Channel(const asio::any_io_executor& executor, const tls::Context& context)
    : impl_(std::make_unique<Impl>(executor, context)) {}
Channel::~Channel() = default;

Awaitable<Result<>> Channel::open(net::Endpoint endpoint, net::Route route) {
    Impl& self = *impl_;
    self.endpoint = std::move(endpoint);
    self.failure = Failure(Errc::connect_timeout);  // remains if a deadline cancels what follows
    self.times.started = std::chrono::steady_clock::now();
    bool opened = co_await self.connect_securely(route);
    // Some servers fail on the sessions that they issued. This one is used up, so the second attempt offers no session.
    if (self.failed && self.engine && self.engine->offered_session()) {
        self.failed = false;
        opened = co_await self.connect_securely(route);
    }
    if (opened && self.endpoint.websocket) opened = co_await self.upgrade();
    self.open = opened;
    if (opened) co_return Result<>();
    const CloseAtExit close_socket{self.socket};
    co_return self.failure;
}

Status Channel::receive(Buffer& plaintext) {
    Impl& self = *impl_;
    if (self.late.empty()) return self.receive_plaintext(plaintext);
    plaintext.append(self.late.readable());
    self.late.clear();
    return Status::ok;
}

Status Channel::send(std::string_view& plaintext, Send what) {
    Impl& self = *impl_;
    for (;;) {
        const std::size_t encrypted = self.engine->outgoing().size();
        if (encrypted >= high_water) {
            if (const Status sent = self.send_ciphertext(); sent != Status::ok) return sent;
            continue;
        }
        const std::size_t records = (high_water - encrypted - 1) / tls::Engine::largest_record + 1;  // that fill it
        std::string_view batch = plaintext.substr(0, records * tls::Engine::largest_record);
        if (what == Send::blocks) batch = batch.substr(0, batch.size() - batch.size() % tls::Engine::largest_record);
        if (batch.empty() && !(self.websocket && self.websocket->owes_pong())) break;
        if (self.encrypt(batch) != Status::ok) return self.hang_up(self.engine->failure());
        plaintext.remove_prefix(batch.size());
    }
    return what == Send::all ? self.send_ciphertext() : Status::ok;
}

Awaitable<bool> Channel::readable() {
    return impl_->socket.wait(Socket::wait_read);
}

Awaitable<> Channel::writable() {
    co_await impl_->socket.wait(Socket::wait_write);
}

void Channel::let_gather() noexcept {
    impl_->socket.let_gather();
}

Awaitable<bool> Channel::close(bool at_once) {
    using namespace asio::experimental::awaitable_operators;
    Impl& self = *impl_;
    const CloseAtExit close_socket{self.socket};
    if (!self.open) co_return false;
    if (self.websocket) {
        self.websocket->close();
        static_cast<void>(self.encrypt_frames());
    }
    self.engine->close();
    if (!co_await self.flush()) co_return false;
    self.engine->keep_session();
    if (at_once) {
        net::discard_received(self.socket.native_handle());
        co_return true;
    }
    asio::steady_timer deadline(self.socket.get_executor(), farewell_time);
    auto either = self.server_end() || deadline.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto ended = co_await std::move(either);
    co_return ended.index() == 0 && std::get<0>(ended);
}

const Failure& Channel::failure() const noexcept {
    return impl_->failure;
}

std::string_view Channel::phase() const noexcept {
    return impl_->phase;
}

const std::string& Channel::warning() const noexcept {
    return impl_->engine->warning();
}

tls::ClientCertificate Channel::client_certificate() const {
    return impl_->engine ? impl_->engine->client_certificate() : tls::ClientCertificate{};
}

std::string Channel::session_trouble() const {
    return impl_->engine->session_trouble();
}

std::string Channel::address() const {
    boost::system::error_code ignored;
    const tcp::endpoint peer = impl_->socket.remote_endpoint(ignored);
    return net::to_string({peer.address().to_string(), peer.port()});
}

std::optional<tls::Report> Channel::tls_report() const {
    return impl_->engine ? impl_->engine->report() : std::nullopt;
}

std::optional<std::chrono::system_clock::time_point> Channel::usable_until() const {
    return impl_->engine->usable_until();
}

std::chrono::microseconds Channel::round_trip() const noexcept {
    return os::shortest_round_trip(impl_->socket.native_handle());
}

const net::OpenTimes& Channel::times() const noexcept {
    return impl_->times;
}

std::string Channel::description() const {
    const std::string above = impl_->websocket ? fmt::format(", WebSocket {}", impl_->endpoint.websocket->path) : "";
    return fmt::format("{}, {}{}", address(), impl_->engine->description(), above);
}

}  // namespace mqtts::transport
