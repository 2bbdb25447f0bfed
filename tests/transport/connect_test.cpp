// SPDX-License-Identifier: Apache-2.0
// The ways to a listening port: addresses in turn and side by side, from where, and through what.
#include "net/connect.hpp"
#include "os/os.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "net/happy_eyeballs.hpp"
#include "support/enough_time.hpp"
#include "support/file_descriptor.hpp"
#include "support/listener.hpp"
#include "support/patience.hpp"

using namespace mqtts;
using namespace mqtts::test;
using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;
using boost::asio::ip::tcp;
using net::Addresses;
using net::Route;

namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using Connected = Result<tcp::socket>;

tcp::endpoint address(const std::string& host, std::uint16_t port) {
    return {asio::ip::make_address(host), port};
}

/// A port that never answers: its queue of connections is full, and nobody takes any.
class BlackHole {
public:
    BlackHole() {
        sockaddr_in any{};
        any.sin_family = AF_INET;
        any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof any;
        auto* generic = reinterpret_cast<sockaddr*>(&any);
        REQUIRE(::bind(listener_.get(), generic, size) == 0);
        REQUIRE(::listen(listener_.get(), 0) == 0);
        REQUIRE(::getsockname(listener_.get(), generic, &size) == 0);
        port_ = ntohs(any.sin_port);
        REQUIRE(::connect(filler_.get(), generic, size) == 0);
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    FileDescriptor listener_{os::make_socket(AF_INET, SOCK_STREAM)};
    FileDescriptor filler_{os::make_socket(AF_INET, SOCK_STREAM)};
    std::uint16_t port_ = 0;
};

/// What came of an attempt, how long it took, and what its phase was in the end.
struct Attempt {
    std::optional<Connected> connected;  // nothing: the deadline came first
    std::string phase;
    Clock::duration time{};

    [[nodiscard]] std::uint16_t port() {
        REQUIRE(connected);
        REQUIRE_MESSAGE(connected->has_value(), connected->error().cause);
        return (**connected).remote_endpoint().port();
    }
    [[nodiscard]] Failure failure() const {
        REQUIRE(connected);
        REQUIRE(connected->has_error());
        return connected->error();
    }
};

template <class Work>
Attempt run(asio::io_context& loop, Work work, std::chrono::milliseconds limit) {
    Attempt attempt{.connected = {}, .phase = "connecting to "};
    const auto start = Clock::now();
    auto connect = [&]() -> Awaitable<> { attempt.connected.emplace(co_await work(attempt.phase)); };
    auto both = [&]() -> Awaitable<> {
        asio::steady_timer timer(loop, limit);
        const auto either = co_await (connect() || timer.async_wait(asio::use_awaitable));
        if (either.index() == 1) attempt.connected.reset();
        attempt.time = Clock::now() - start;
    };
    asio::co_spawn(loop, both(), asio::detached);
    loop.restart();
    loop.run();
    return attempt;
}

Attempt race(asio::io_context& loop, const Addresses& addresses, const Addresses& local = {},
             std::chrono::milliseconds limit = patience) {
    return run(
        loop, [&](std::string& phase) { return net::connect_to_any(addresses, local, phase); }, limit);
}

Attempt reach(asio::io_context& loop, const net::Endpoint& endpoint, const Route& route) {
    net::OpenTimes times;
    return run(
        loop, [&](std::string& phase) { return net::connect(endpoint, route, phase, times); }, patience);
}

constexpr int most_descriptors = 256;  // of this process

std::ptrdiff_t open_sockets() {
    std::ptrdiff_t sockets = 0;
    for (int descriptor = 0; descriptor < most_descriptors; ++descriptor) {
        struct stat status {};
        if (::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode)) ++sockets;
    }
    return sockets;
}

}  // namespace

TEST_CASE("the families take turns, and the first one begins [RFC 8305, 4]") {
    const Addresses mixed{address("::1", 1), address("::2", 1), address("::3", 1), address("192.0.2.1", 1),
                          address("192.0.2.2", 1)};
    CHECK(net::interleaved(mixed) == Addresses{mixed[0], mixed[3], mixed[1], mixed[4], mixed[2]});
    const Addresses four_first{mixed[3], mixed[0], mixed[4]};
    CHECK(net::interleaved(four_first) == four_first);
    CHECK(net::interleaved({mixed[0], mixed[1]}) == Addresses{mixed[0], mixed[1]});
    CHECK(net::interleaved({}).empty());
}

TEST_CASE("an address that does not answer costs a quarter of a second [RFC 8305, 5]") {
    const bool soon = takes_less_than(2s, [] {
        asio::io_context loop{1};
        const BlackHole hole;
        const Listener listener;
        const std::ptrdiff_t sockets = open_sockets();
        Attempt attempt = race(loop, {address("127.0.0.1", hole.port()), address("127.0.0.1", listener.port())});
        CHECK(attempt.port() == listener.port());
        CHECK(attempt.time >= 250ms);
        CHECK(open_sockets() == sockets + 1);  // the other attempt was given up
    });
    CHECK(soon);
}

TEST_CASE("an address that refuses costs nothing") {
    const bool at_once = takes_less_than(250ms, [] {
        asio::io_context loop{1};
        const Listener listener;
        Attempt attempt = race(loop, {address("127.0.0.1", free_port()), address("127.0.0.1", free_port()),
                                      address("127.0.0.1", listener.port())});
        CHECK(attempt.port() == listener.port());
    });
    CHECK(at_once);
}

TEST_CASE("a server that is slow to answer still wins when the others fail") {
    asio::io_context loop{1};
    const Listener listener;
    Attempt attempt = race(loop, {address("127.0.0.1", listener.port()), address("127.0.0.1", free_port())});
    CHECK(attempt.port() == listener.port());
}

TEST_CASE("the failure lists every address with its error") {
    asio::io_context loop{1};
    const Attempt refused = race(loop, {address("127.0.0.1", free_port()), address("127.0.0.2", free_port())});
    CHECK(refused.failure().code == Errc::connection_refused);
    CHECK(refused.failure().cause == "127.0.0.1: connection refused; 127.0.0.2: connection refused");

    const Attempt mixed = race(loop, {address("127.0.0.1", free_port()), address("::1", 1)}, {address("127.0.0.1", 0)});
    CHECK(mixed.failure().code == Errc::unreachable);
    CHECK(mixed.failure().cause == "127.0.0.1: connection refused; ::1: address family not supported by protocol");
}

TEST_CASE("at a deadline the phase names who did not answer, and who failed") {
    with_enough_time(0.4, [](const std::string& seconds) {
        asio::io_context loop{1};
        const BlackHole hole;
        const std::ptrdiff_t sockets = open_sockets();
        const std::chrono::milliseconds limit(static_cast<int>(1000 * std::stod(seconds)));
        const Attempt attempt =
            race(loop, {address("127.0.0.2", free_port()), address("127.0.0.1", hole.port())}, {}, limit);
        CHECK_FALSE(attempt.connected);
        CHECK(open_sockets() == sockets);
        return attempt.phase == "connecting to 127.0.0.1; 127.0.0.2: connection refused";
    });
}

TEST_CASE("the local address is the one asked for") {
    asio::io_context loop{1};
    const Listener listener;
    Attempt attempt = reach(loop, {.host = "127.0.0.1", .port = listener.port()}, {.bind_address = "127.0.0.3"});
    CHECK(attempt.port() == listener.port());
    CHECK((**attempt.connected).local_endpoint().address().to_string() == "127.0.0.3");

    const Attempt foreign = reach(loop, {.host = "127.0.0.1", .port = 1}, {.bind_address = "192.0.2.1"});
    CHECK(foreign.failure().code == Errc::unreachable);
    CHECK(foreign.failure().cause ==
          "cannot connect to 127.0.0.1:1 from 192.0.2.1: 127.0.0.1: cannot assign requested address");
}

TEST_CASE("only addresses of the wanted family count") {
    asio::io_context loop{1};
    const Listener listener;
    Attempt attempt = reach(loop, {.host = "localhost", .port = listener.port()}, {.family = net::AddressFamily::ipv4});
    CHECK(attempt.port() == listener.port());
    const Attempt literal = reach(loop, {.host = "127.0.0.1", .port = 1}, {.family = net::AddressFamily::ipv6});
    CHECK(literal.failure().code == Errc::name_not_found);
    CHECK(literal.failure().cause == "127.0.0.1 is not an IPv6 address, which --ipv6 requires");
    CHECK(literal.failure().hint == "leave out --ipv6");
}

TEST_CASE("connect_to counts instead of the endpoint") {
    asio::io_context loop{1};
    const Listener listener;
    Attempt attempt = reach(loop, {.host = "nowhere.invalid", .port = 1},
                            {.connect_to = net::Endpoint{.host = "127.0.0.1", .port = listener.port()}});
    CHECK(attempt.port() == listener.port());
}

TEST_CASE("a proxy that cannot be reached is a failure of the proxy, and names it") {
    asio::io_context loop{1};
    const net::Proxy proxy{.endpoint = {.host = "127.0.0.1", .port = free_port()}};
    const Attempt attempt = reach(loop, {.host = "nowhere.invalid", .port = 1}, {.proxy = proxy});
    CHECK(attempt.failure().code == Errc::proxy_failed);
    CHECK(attempt.failure().about == std::vector<std::string>{"--proxy"});
    const std::string port = std::to_string(proxy.endpoint.port);
    CHECK(attempt.failure().cause == "proxy socks5h://127.0.0.1:" + port + ": cannot connect to 127.0.0.1:" + port +
                                         ": 127.0.0.1: connection refused");
}
