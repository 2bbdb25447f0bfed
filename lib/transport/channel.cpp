#include "transport/channel.hpp"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include "base/system_reason.hpp"
#include "base/utf8.hpp"
#include "transport/connect.hpp"
#include "transport/tls_engine.hpp"

namespace mqtts::transport {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t receive_size = std::size_t{256} * 1024;
constexpr std::chrono::seconds farewell_time{1};  // for the server's close_notify, once everything is sent

// recv(2) or send(2), not to be mistaken for an error when a signal comes in between.
template <class Call>
ssize_t uninterrupted(Call call) {
    ssize_t result = 0;
    do
        result = call();
    while (result < 0 && errno == EINTR);
    return result;
}

bool is_would_block(int error_number) {
    return error_number == EAGAIN || error_number == EWOULDBLOCK;
}

struct CloseAtExit {
    tcp::socket& socket;
    ~CloseAtExit() {
        boost::system::error_code ignored;
        socket.close(ignored);
    }
};

}  // namespace

struct Channel::Impl {
    const TlsContext& context;
    tcp::socket socket;
    Endpoint endpoint;
    std::optional<TlsEngine> engine;
    Buffer late;  // plaintext found when sending had failed already
    Failure failure{Errc::ok};
    std::string phase;
    bool open = false;
    bool failed = false;

    Impl(const asio::any_io_executor& executor, const TlsContext& tls) : context(tls), socket(executor) {}

    Status fail(const Failure& reason);
    Status hang_up(const Failure& reason);
    Status lost(int error_number);
    Status receive_ciphertext();
    Status send_ciphertext();
    Status receive_plaintext(Buffer& plaintext);
    Status explain_broken_send(int error_number);

    Awaitable<bool> wait(tcp::socket::wait_type what);
    Awaitable<bool> flush();
    Awaitable<bool> shake_hands();
    Awaitable<> server_end();
};

// The first reason is the cause; what follows are its consequences.
Status Channel::Impl::fail(const Failure& reason) {
    if (!std::exchange(failed, true))
        failure = {reason.code, fmt::format("{}: {}", escape(to_string(endpoint)), reason.what)};
    return Status::failed;
}

// The engine has failed; the server may be told why.
Status Channel::Impl::hang_up(const Failure& reason) {
    const std::string_view alert = engine->outgoing().readable();
    static_cast<void>(::send(socket.native_handle(), alert.data(), alert.size(), MSG_NOSIGNAL));
    engine->outgoing().clear();
    return fail(reason);
}

// The network is at its end: `error_number`, or 0 when the server closed it.
Status Channel::Impl::lost(int error_number) {
    const Failure loss = error_number == 0
                             ? Failure(Errc::connection_truncated)
                             : Failure(Errc::connection_lost, "connection lost: " + system_reason(error_number));
    return engine->truncated(loss) == Status::closed ? Status::closed : fail(engine->failure());
}

Status Channel::Impl::receive_ciphertext() {
    Buffer& incoming = engine->incoming();
    char* const space = incoming.prepare(receive_size).data();
    const ssize_t count = uninterrupted([&] { return ::recv(socket.native_handle(), space, receive_size, 0); });
    if (count < 0 && is_would_block(errno)) return Status::would_block;
    if (count <= 0) return lost(count < 0 ? errno : 0);
    incoming.commit(static_cast<std::size_t>(count));
    return Status::ok;
}

Status Channel::Impl::send_ciphertext() {
    Buffer& outgoing = engine->outgoing();
    while (!outgoing.empty()) {
        const std::string_view bytes = outgoing.readable();
        const ssize_t count =
            uninterrupted([&] { return ::send(socket.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL); });
        if (count < 0) return is_would_block(errno) ? Status::would_block : explain_broken_send(errno);
        outgoing.consume(static_cast<std::size_t>(count));
    }
    return Status::ok;
}

Status Channel::Impl::receive_plaintext(Buffer& plaintext) {
    Status status = engine->decrypt(plaintext);
    if (status == Status::would_block) {
        const Status received = receive_ciphertext();
        if (received != Status::ok) return received;
        status = engine->decrypt(plaintext);
        // Records without plaintext (session tickets), or the first part of one: the socket may have more.
        if (status == Status::would_block) return Status::ok;
    }
    return status == Status::failed ? hang_up(engine->failure()) : status;
}

// What the server said before it hung up, an alert or its last packet, is worth more than "broken pipe".
Status Channel::Impl::explain_broken_send(int error_number) {
    engine->outgoing().clear();
    if (!open) return Status::ok;  // the handshake receives, and finds out by itself
    Status status = receive_plaintext(late);
    while (status == Status::ok)
        status = receive_plaintext(late);
    return status == Status::would_block ? lost(error_number) : status;
}

namespace {

/// We have nothing to say, so no data of ours will carry the acknowledgement of what came. A server that leaves Nagle's
/// algorithm on, as mosquitto does, holds its next packet back until it has that: 40 ms in each conversation.
void acknowledge_now([[maybe_unused]] tcp::socket& socket) noexcept {
#ifdef TCP_QUICKACK  // Linux
    const int on = 1;
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
#endif
}

}  // namespace

Awaitable<bool> Channel::Impl::wait(tcp::socket::wait_type what) {
    if (what == tcp::socket::wait_read) acknowledge_now(socket);
    const auto [error] = co_await socket.async_wait(what, asio::as_tuple(asio::use_awaitable));
    co_return !error;
}

Awaitable<bool> Channel::Impl::flush() {
    for (;;) {
        const Status status = send_ciphertext();
        if (status != Status::would_block) co_return status == Status::ok;
        if (!co_await wait(tcp::socket::wait_write)) co_return false;
    }
}

Awaitable<bool> Channel::Impl::shake_hands() {
    phase = "shaking hands (TLS)";
    for (;;) {
        const Status status = engine->handshake();
        if (status == Status::ok) {
            phase = "talking TLS";
            co_return true;
        }
        if (status == Status::failed) {
            hang_up(engine->failure());
            co_return false;
        }
        if (!co_await flush()) co_return false;
        Status received = receive_ciphertext();
        while (received == Status::would_block) {
            if (!co_await wait(tcp::socket::wait_read)) co_return false;
            received = receive_ciphertext();
        }
        if (received != Status::ok) co_return false;
    }
}

Awaitable<> Channel::Impl::server_end() {
    Buffer ignored;
    for (;;) {
        const Status status = receive_plaintext(ignored);
        ignored.clear();
        if (status == Status::closed || status == Status::failed) co_return;
        if (status == Status::ok)
            co_await asio::post(socket.get_executor(), asio::use_awaitable);  // or timers and signals would starve
        else if (!co_await wait(tcp::socket::wait_read))
            co_return;
    }
}

Channel::Channel(const asio::any_io_executor& executor, const TlsContext& context)
    : impl_(std::make_unique<Impl>(executor, context)) {}
Channel::Channel(Channel&&) noexcept = default;
Channel& Channel::operator=(Channel&&) noexcept = default;
Channel::~Channel() = default;

Awaitable<Result<>> Channel::open(Endpoint endpoint) {
    Impl& self = *impl_;
    self.endpoint = std::move(endpoint);
    self.failure = Failure(Errc::connect_timeout);  // stands when a deadline cancels what follows
    auto connected = co_await connect(self.endpoint, self.phase);
    if (!connected) co_return self.failure = connected.error();
    self.socket = std::move(*connected);
    self.engine.emplace(self.context, self.endpoint.host);
    self.open = co_await self.shake_hands();
    if (self.open) co_return Result<>();
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

Status Channel::send(Buffer& plaintext) {
    Impl& self = *impl_;
    for (;;) {
        const Status sent = self.send_ciphertext();
        if (sent != Status::ok || plaintext.empty()) return sent;
        const std::string_view batch = plaintext.readable().substr(0, high_water);
        if (self.engine->encrypt(batch) != Status::ok) return self.hang_up(self.engine->failure());
        plaintext.consume(batch.size());
    }
}

Awaitable<> Channel::readable() {
    co_await impl_->wait(tcp::socket::wait_read);
}

Awaitable<> Channel::writable() {
    co_await impl_->wait(tcp::socket::wait_write);
}

Awaitable<> Channel::close() {
    using namespace asio::experimental::awaitable_operators;
    Impl& self = *impl_;
    const CloseAtExit close_socket{self.socket};
    if (!self.open) co_return;
    self.engine->close();
    if (!co_await self.flush()) co_return;
    asio::steady_timer deadline(self.socket.get_executor(), farewell_time);
    auto either = self.server_end() || deadline.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await std::move(either);
}

const Failure& Channel::failure() const noexcept {
    return impl_->failure;
}

std::string_view Channel::phase() const noexcept {
    return impl_->phase;
}

std::string Channel::description() const {
    boost::system::error_code ignored;
    const tcp::endpoint peer = impl_->socket.remote_endpoint(ignored);
    return fmt::format("{}, {}", to_string({peer.address().to_string(), peer.port()}), impl_->engine->description());
}

}  // namespace mqtts::transport
