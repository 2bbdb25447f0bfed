// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <atomic>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <latch>
#include <optional>

#include "os/os.hpp"
#include "support/enough_time.hpp"
#include "transport/channel_client.hpp"

using namespace mqtts;
using namespace mqtts::test;
using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;
namespace asio = boost::asio;

namespace {

Awaitable<bool> expires(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
    co_return true;
}

std::string read_raw(int socket) {
    char bytes[4096];
    const ssize_t count = ::recv(socket, bytes, sizeof bytes, 0);
    return {bytes, static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

// A port of 127.0.0.1 that refuses: bound, but not listening.
struct RefusingPort {
    FileDescriptor socket{os::make_socket(AF_INET, SOCK_STREAM)};
    std::uint16_t number = 0;

    RefusingPort() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(socket.get(), generic, size) == 0);
        REQUIRE(::getsockname(socket.get(), generic, &size) == 0);
        number = ntohs(address.sin_port);
    }
};

}  // namespace

TEST_CASE("bytes go to the server and come back, and both sides close in order") {
    bool orderly = false;
    LoopbackServer server([&](int socket) {
        TlsConnection connection(socket, loopback_options());
        if (!connection.accept()) return;
        for (std::string bytes = connection.read(); !bytes.empty(); bytes = connection.read())
            connection.write(bytes);
        orderly = connection.client_closed();
        connection.close();
    });
    {
        Client client;
        REQUIRE(client.open({.host = "127.0.0.1", .port = server.port()}).has_value());
        CHECK(client.channel.phase() == "talking TLS");
        CHECK(client.channel.description().starts_with("127.0.0.1:" + std::to_string(server.port()) + ", TLSv1.3 "));
        CHECK(client.send("echo") == Status::ok);
        Buffer in;
        CHECK(client.run(client.receive(in, 4)) == Status::ok);
        CHECK(in.readable() == "echo");
        CHECK(client.channel.receive(in) == Status::would_block);
        CHECK(client.run(client.channel.close()));
        CHECK(client.channel.receive(in) == Status::closed);
    }
    CHECK(orderly);
}

TEST_CASE("megabytes pass a slow server: send() stops at the kernel's limit and goes on") {
    constexpr std::size_t size = 8 << 20;
    std::latch start(1), end(1);  // close() does not wait for as long as a slow server takes
    std::atomic<std::size_t> received = 0;
    LoopbackServer server([&](int socket) {
        TlsConnection connection(socket, loopback_options());
        if (!connection.accept()) return;
        start.wait();
        for (std::string bytes = connection.read(); !bytes.empty(); bytes = connection.read())
            received += bytes.size();
        connection.write("done");
        connection.close();
        end.count_down();
    });
    Client client;
    REQUIRE(client.open({.host = "localhost", .port = server.port()}).has_value());
    const std::string block(size, 'x');
    std::string_view out = block;
    CHECK(client.channel.send(out) == Status::would_block);
    CHECK_FALSE(out.empty());
    start.count_down();
    CHECK(client.run(client.send_all(out)) == Status::ok);
    client.run(client.channel.close());
    end.wait();
    CHECK(received == size);
}

TEST_CASE("closed at once, with something unread, the server still gets the last words and an orderly end") {
    std::string heard;
    bool orderly = false;
    {
        std::latch sent(1);
        LoopbackServer server([&](int socket) {
            TlsConnection connection(socket, loopback_options());
            if (!connection.accept()) return;
            connection.write(std::string(50'000, 'x'));
            sent.count_down();
            for (std::string bytes = connection.read(); !bytes.empty(); bytes = connection.read())
                heard += bytes;
            orderly = connection.client_closed();
        });
        Client client;
        REQUIRE(client.open({.host = "localhost", .port = server.port()}).has_value());
        CHECK(client.send("first words, ") == Status::ok);  // with the end of the handshake
        sent.wait();
        std::string_view words = "last words";
        CHECK(client.channel.send(words) == Status::ok);
        CHECK(client.run(client.channel.close(true)));
    }
    CHECK(heard == "first words, last words");
    CHECK(orderly);
}

TEST_CASE("while more follows, full records and blocks leave; what is left leaves with the next that is to leave now") {
    using Send = transport::Channel::Send;
    constexpr std::size_t record = 16 * 1024;
    std::atomic<std::size_t> received = 0;
    LoopbackServer server([&](int socket) {
        TlsConnection connection(socket, loopback_options());
        if (!connection.accept()) return;
        for (std::string bytes = connection.read(); !bytes.empty(); bytes = connection.read())
            received += bytes.size();
        connection.close();
    });
    Client client;
    REQUIRE(client.open({.host = "localhost", .port = server.port()}).has_value());
    const std::string text(2 * record + 100, 'x');
    std::string_view out = text;
    CHECK(client.channel.send(out, Send::blocks) == Status::ok);
    CHECK(out.size() == 100);
    std::string_view too_little = "too little";
    CHECK(client.channel.send(too_little, Send::blocks) == Status::ok);
    CHECK(too_little == "too little");
    const std::string more(transport::Channel::high_water, 'x');
    std::string_view block = more;
    CHECK(client.channel.send(block, Send::blocks) == Status::ok);
    CHECK(block.empty());
    CHECK(client.run(client.send_all(out)) == Status::ok);
    client.run(client.channel.close());
    CHECK(received == text.size() + more.size());
}

TEST_CASE("megabytes arrive whole, a buffer at a time") {
    constexpr std::size_t size = 4 << 20;
    LoopbackServer server([&](int socket) {
        TlsConnection connection(socket, loopback_options());
        if (!connection.accept() || connection.read() != "start") return;
        connection.write(std::string(size, 'y'));
        connection.close();
    });
    Client client;
    REQUIRE(client.open({.host = "127.0.0.1", .port = server.port()}).has_value());
    client.send("start");
    Buffer in;
    CHECK(client.run(client.receive(in, size + 1)) == Status::closed);
    CHECK(in.size() == size);
}

TEST_CASE("receive() reads the socket once, even when that brings no plaintext") {
    std::latch over(1);
    LoopbackServer server([&](int socket) {
        if (TlsConnection connection(socket, loopback_options()); connection.accept()) over.wait();
    });
    Client client;
    REQUIRE(client.open({.host = "127.0.0.1", .port = server.port()}).has_value());
    client.send("CONNECT");
    client.run(client.channel.readable());  // session tickets
    Buffer in;
    CHECK(client.channel.receive(in) == Status::ok);
    CHECK(in.empty());
    CHECK(client.channel.receive(in) == Status::would_block);
    over.count_down();
}

TEST_CASE("a refused port is reported with its address") {
    const RefusingPort port;
    Client client;
    const Result<> opened = client.open({.host = "127.0.0.1", .port = port.number});
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == Errc::connection_refused);
    const std::string target = "127.0.0.1:" + std::to_string(port.number);
    CHECK(opened.error().cause == "cannot connect to " + target + ": 127.0.0.1: connection refused");
}

TEST_CASE("every address of a name is tried, and listed when none answers") {
    const RefusingPort port;
    Client client;
    const Result<> opened = client.open({.host = "localhost", .port = port.number});
    REQUIRE(opened.has_error());
    CHECK(opened.error().cause.starts_with("cannot connect to localhost:"));
    CHECK(opened.error().cause.find("127.0.0.1: connection refused") != std::string::npos);
    CHECK(exit_status(opened.error().code) == 4);
}

TEST_CASE("a name that does not exist is reported") {
    Client client;
    const Result<> opened = client.open({.host = "broker.invalid", .port = 1});
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == Errc::name_not_found);
    CHECK(opened.error().cause.starts_with("cannot resolve broker.invalid: "));
    CHECK(client.channel.phase() == "looking up the name");
}

TEST_CASE("a silent server: a deadline cancels open(), and phase() says what was waited for") {
    with_enough_time(0.05, [](const std::string& seconds) {
        std::latch over(1);
        LoopbackServer server([&](int socket) {
            static_cast<void>(read_raw(socket));
            over.wait();
        });
        std::optional<std::size_t> winner;
        std::string phase;
        {
            Client client;
            const std::chrono::milliseconds limit(static_cast<int>(1000 * std::stod(seconds)));
            client.run([](Client& c, std::uint16_t port, std::chrono::milliseconds time,
                          std::optional<std::size_t>& first) -> Awaitable<> {
                auto race = c.channel.open({.host = "127.0.0.1", .port = port}) || expires(time);
                first = (co_await std::move(race)).index();
            }(client, server.port(), limit, winner));
            phase = client.channel.phase();
        }
        over.count_down();
        CHECK(winner == 1);
        return phase == "waiting for the TLS handshake";
    });
}

TEST_CASE("a coroutine that waits can be destroyed with its loop") {
    std::latch over(1);
    LoopbackServer server([&](int) { over.wait(); });
    {
        Client client;
        asio::co_spawn(client.loop, client.channel.open({.host = "127.0.0.1", .port = server.port()}), asio::detached);
        asio::co_spawn(client.loop, client.channel.open({.host = "broker.invalid"}), asio::detached);
        client.loop.poll();
    }
    over.count_down();
}

TEST_CASE("a failure of TLS names host and port, and the server hears the alert") {
    std::latch done(1);
    bool accepted = true;
    LoopbackServer server([&](int socket) {
        TlsConnection connection(socket, server_options({.dns_names = {"other.example"}}));
        accepted = connection.accept() && !connection.read().empty();
        done.count_down();
    });
    Client client;
    const Result<> opened = client.open({.host = "127.0.0.1", .port = server.port()});
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == Errc::name_mismatch);
    CHECK(opened.error().cause == "127.0.0.1:" + std::to_string(server.port()) +
                                      ": the server's certificate is for other.example, not for 127.0.0.1");
    CHECK(opened.error().hint == "give -h other.example if that broker is meant");
    done.wait();
    CHECK_FALSE(accepted);
}

TEST_CASE("a plain server is recognized") {
    LoopbackServer server([](int socket) {
        read_raw(socket);
        CHECK(os::send(socket, "HTTP/1.1 400 Bad Request\r\n\r\n") == 28);
        read_raw(socket);
    });
    Client client;
    const Result<> opened = client.open({.host = "127.0.0.1", .port = server.port()});
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == Errc::not_tls);
}

TEST_CASE("a server that closes at once is reported, not a broken pipe") {
    LoopbackServer server([](int) {});
    Client client;
    const Result<> opened = client.open({.host = "127.0.0.1", .port = server.port()});
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == Errc::tls_closed);
}

TEST_CASE("a connection cut without close_notify is a truncation, behind its last plaintext") {
    LoopbackServer server([](int socket) {
        TlsConnection connection(socket, loopback_options());
        if (connection.accept() && connection.read() == "first words") connection.write("last words");
    });
    Client client;
    REQUIRE(client.open({.host = "127.0.0.1", .port = server.port()}).has_value());
    client.send("first words");
    Buffer in;
    CHECK(client.run(client.receive(in, 100)) == Status::failed);
    CHECK(in.readable() == "last words");
    CHECK(client.channel.failure().code == Errc::connection_truncated);
    CHECK(client.channel.failure().cause.starts_with("127.0.0.1:" + std::to_string(server.port()) + ": "));
}

TEST_CASE("a missing client certificate is named even when sending fails first") {
    LoopbackServer server([](int socket) {
        TlsServerOptions options = loopback_options();
        options.client_ca_pem = authority().certificate_pem();
        CHECK_FALSE(TlsConnection(socket, options).accept());
        const linger reset{1, 0};  // so that the client's next send(2) fails
        ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    });
    Client client;
    REQUIRE(client.open({.host = "127.0.0.1", .port = server.port()}).has_value());
    Status status = Status::ok;
    while (status == Status::ok)
        status = client.send("CONNECT");
    CHECK(status == Status::failed);
    CHECK(client.channel.failure().code == Errc::client_certificate_required);
}

TEST_CASE("what the server said last can be received after sending failed") {
    std::latch said(1);
    LoopbackServer server([&](int socket) {
        TlsServerOptions options = loopback_options();
        options.maximum_version = TLS1_2_VERSION;  // the server has the last word of the handshake
        TlsConnection connection(socket, options);
        if (connection.accept()) connection.write("goodbye");
        said.count_down();
    });
    Client client;
    REQUIRE(client.open({.host = "127.0.0.1", .port = server.port()}).has_value());
    said.wait();
    Status status = Status::ok;
    while (status == Status::ok)
        status = client.send("x");
    CHECK(status == Status::failed);
    Buffer in;
    CHECK(client.channel.receive(in) == Status::ok);
    CHECK(in.readable() == "goodbye");
    CHECK(client.channel.receive(in) == Status::failed);
}

TEST_CASE("close() does not wait forever for a server that never closes") {
    const bool soon = takes_less_than(5s, [] {
        std::latch over(1);
        LoopbackServer server([&](int socket) {
            TlsConnection connection(socket, loopback_options());
            if (connection.accept()) over.wait();
        });
        Client client;
        CHECK(client.open({.host = "127.0.0.1", .port = server.port()}).has_value());
        CHECK_FALSE(client.run(client.channel.close()));
        over.count_down();
    });
    CHECK(soon);
}

TEST_CASE("close() lets others run while the server has still much to say") {
    constexpr std::size_t size = 1 << 20;
    std::latch said(1);
    LoopbackServer server([&](int socket) {
        TlsConnection connection(socket, loopback_options());
        if (connection.accept()) connection.write(std::string(size, 'x'));
        connection.close();
        said.count_down();
        CHECK(connection.read().empty());  // until the client's end
    });
    Client client;
    REQUIRE(client.open({.host = "127.0.0.1", .port = server.port()}).has_value());
    client.send("");  // the end of the handshake
    said.wait();
    bool closed = false;
    std::size_t turns_of_others = 0;
    auto close = [&]() -> Awaitable<> {
        co_await client.channel.close();
        closed = true;
    };
    auto count = [&]() -> Awaitable<> {
        while (!closed) {
            ++turns_of_others;
            co_await asio::post(client.loop, asio::use_awaitable);
        }
    };
    asio::co_spawn(client.loop, count(), asio::detached);
    client.run(close());
    CHECK(turns_of_others > size / (std::size_t{256} * 1024));
}
