// SPDX-License-Identifier: Apache-2.0
#include "net/connect.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <utility>
#include <vector>

#include "net/happy_eyeballs.hpp"
#include "net/no_proxy.hpp"
#include "net/proxy.hpp"
#include "net/resolve.hpp"
#include "os/system_reason.hpp"
#include "text/escape.hpp"

namespace mqtts::net {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Connected = Result<tcp::socket>;

Failure cannot_connect(const Endpoint& endpoint, const Route& route, const Failure& reason) {
    const std::string from = route.bind_address.empty() ? "" : fmt::format(" from {}", escape(route.bind_address));
    return with_cause(reason,
                      fmt::format("cannot connect to {}{}: {}", escape(to_string(endpoint)), from, reason.cause));
}

Failure of_proxy(const Proxy& proxy, const Failure& reason) {
    Failure failure = with_cause(reason, fmt::format("proxy {}: {}", escape(to_string(proxy)), reason.cause));
    if (failure.about.empty()) failure.about = {"--proxy"};
    return failure;
}

Failure cut_off(const ProxyHandshake& handshake, std::string_view how) {
    return {Errc::proxy_failed, std::string(how), handshake.why_closed()};
}

Awaitable<Result<Addresses>> local_addresses(const Route& route) {
    if (route.bind_address.empty()) co_return Addresses();
    const Endpoint local{.host = route.bind_address, .port = 0};
    co_return co_await resolve(local, route.family);
}

/// `whom` precedes the addresses in `phase`: "the proxy ".
Awaitable<Connected> connect_straight(const Endpoint& endpoint, const Route& route, std::string_view whom,
                                      std::string& phase, OpenTimes& times) {
    phase = whom.empty() ? "looking up the name" : "looking up the proxy's name";
    auto local = co_await local_addresses(route);
    if (!local) co_return cannot_connect(endpoint, route, local.error());
    auto addresses = co_await resolve(endpoint, route.family);
    if (!addresses) co_return addresses.error();
    times.resolved = std::chrono::steady_clock::now();
    phase = fmt::format("connecting to {}", whom);
    auto connected = co_await connect_to_any(interleaved(*addresses), *std::move(local), phase);
    if (!connected) {
        Failure failure = cannot_connect(endpoint, route, connected.error());
        if (failure.code == Errc::connection_refused && whom.empty())
            failure.hint =
                fmt::format("check that the broker runs, and the port ({})", route.connect_to ? "--connect-to" : "-p");
        co_return failure;
    }
    co_return connected;
}

Awaitable<Result<>> send_all(tcp::socket& socket, Buffer& bytes) {
    const std::string_view all = bytes.readable();
    const auto [error, count] =
        co_await asio::async_write(socket, asio::buffer(all.data(), all.size()), asio::as_tuple(asio::use_awaitable));
    bytes.clear();
    if (error) co_return Failure(Errc::proxy_failed, os::system_reason(error));
    co_return Result<>();
}

/// Peeks at what arrived, then takes only the part that is the proxy's: the rest is the destination's.
Result<bool> receive(tcp::socket& socket, ProxyHandshake& handshake) {
    std::array<char, 1024> space{};
    const ssize_t count = ::recv(socket.native_handle(), space.data(), space.size(), MSG_PEEK);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (count < 0) return cut_off(handshake, os::system_reason(errno));
    if (count == 0) return cut_off(handshake, "it closed the connection without an answer");
    std::string_view incoming(space.data(), static_cast<std::size_t>(count));
    const Result<bool> over = handshake.receive(incoming);
    static_cast<void>(
        ::recv(socket.native_handle(), space.data(), static_cast<std::size_t>(count) - incoming.size(), 0));
    return over;
}

/// Does the handshake. Until the first answer, `phase` says that the proxy may speak another protocol.
Awaitable<Result<>> shake_hands(tcp::socket& socket, ProxyHandshake& handshake, const Proxy& proxy,
                                std::string& phase) {
    const std::string connecting = fmt::format("waiting for the proxy {} to connect", escape(to_string(proxy)));
    phase = fmt::format("{}{}", connecting, proxy.scheme == ProxyScheme::http ? "" : "; it may not be a SOCKS proxy");
    for (;;) {
        if (Result<> sent = co_await send_all(socket, handshake.outgoing()); !sent) co_return sent;
        const auto [error] = co_await socket.async_wait(tcp::socket::wait_read, asio::as_tuple(asio::use_awaitable));
        if (error) co_return Failure(Errc::proxy_failed, os::system_reason(error));
        const Result<bool> over = receive(socket, handshake);
        if (!over) co_return over.error();
        if (*over) co_return Result<>();
        phase = connecting;
    }
}

Awaitable<Connected> ask(const Proxy& proxy, const Endpoint& destination, const Route& route, std::string& phase,
                         OpenTimes& times) {
    auto connected = co_await connect_straight(proxy.endpoint, route, "the proxy ", phase, times);
    if (!connected) {
        const Failure& failure = connected.error();
        co_return of_proxy(proxy, {Errc::proxy_failed, failure.cause, failure.hint, failure.about});
    }
    const auto handshake = ask_proxy(proxy, destination);
    if (const Result<> shaken = co_await shake_hands(*connected, *handshake, proxy, phase); !shaken)
        co_return of_proxy(
            proxy, with_cause(shaken.error(), fmt::format("no connection to {}: {}", escape(to_string(destination)),
                                                          shaken.error().cause)));
    co_return connected;
}

/// Connects through the proxy. With socks5:// and socks4:// it gets the addresses, one after the other, and no name.
Awaitable<Connected> connect_through(const Proxy& proxy, const Endpoint& destination, const Route& route,
                                     std::string& phase, OpenTimes& times) {
    const bool is_old = proxy.scheme == ProxyScheme::socks4;
    if (proxy.scheme != ProxyScheme::socks5 && !is_old) co_return co_await ask(proxy, destination, route, phase, times);
    phase = "looking up the name";
    const auto addresses = co_await resolve(destination, is_old ? AddressFamily::ipv4 : route.family);
    if (!addresses) co_return addresses.error();
    std::string attempts;
    std::vector<std::string> about;
    std::string hint;                 // the last one
    Errc code = Errc::proxy_refused;  // unless one of the addresses may be reached later
    for (const tcp::endpoint& address : interleaved(*addresses)) {
        const Endpoint one{.host = address.address().to_string(), .port = address.port()};
        auto connected = co_await ask(proxy, one, route, phase, times);
        if (connected || connected.error().code == Errc::unusable_proxy) co_return connected;
        attempts += (attempts.empty() ? "" : "; ") + connected.error().cause;
        if (!connected.error().hint.empty()) hint = connected.error().hint;
        about = connected.error().about;
        if (connected.error().code != code) code = Errc::proxy_failed;
    }
    co_return Failure(code, attempts, hint, about);
}

/// Returns the proxy to ask. Null: the destination is connected directly.
const Proxy* proxy_on_the_way(const Endpoint& endpoint, const Route& route) {
    const Endpoint& destination = route.connect_to ? *route.connect_to : endpoint;
    if (!route.proxy || goes_direct(route.no_proxy, destination.host, destination.port)) return nullptr;
    return &*route.proxy;
}

Awaitable<Connected> connect_somehow(const Endpoint& endpoint, const Route& route, std::string& phase,
                                     OpenTimes& times) {
    const Endpoint& destination = route.connect_to ? *route.connect_to : endpoint;
    if (const Proxy* const proxy = proxy_on_the_way(endpoint, route))
        co_return co_await connect_through(*proxy, destination, route, phase, times);
    co_return co_await connect_straight(destination, route, "", phase, times);
}

/// Registers the socket with Asio anew. Asio keeps watching a socket that it connected for writability, so each wait to
/// read would wake up once for nothing.
tcp::socket watched_anew(tcp::socket connected) {
    boost::system::error_code error;
    const tcp::endpoint local = connected.local_endpoint(error);
    const auto executor = connected.get_executor();
    const auto descriptor = error ? -1 : connected.release(error);
    return descriptor < 0 || error ? std::move(connected) : tcp::socket(executor, local.protocol(), descriptor);
}

}  // namespace

std::string through_proxy(const Endpoint& endpoint, const Route& route) {
    const Proxy* const proxy = proxy_on_the_way(endpoint, route);
    return proxy ? fmt::format(" (through the proxy {})", escape(to_string(*proxy))) : "";
}

Awaitable<Connected> connect(const Endpoint& endpoint, const Route& route, std::string& phase, OpenTimes& times) {
    auto connected = co_await connect_somehow(endpoint, route, phase, times);
    if (connected) co_return watched_anew(std::move(*connected));
    co_return connected;
}

}  // namespace mqtts::net
