// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <latch>
#include <tuple>

#include "transport/channel_client.hpp"
#include "transport/socket.hpp"

using namespace mqtts;
using namespace mqtts::test;
using namespace boost::asio::experimental::awaitable_operators;
using boost::asio::ip::tcp;

TEST_CASE("what the server said last is there in order while a read waits and sending fails") {
    std::latch waiting(1);
    LoopbackServer server([&](int socket) {
        TlsConnection connection(socket, loopback_options());
        if (!connection.accept()) return;
        const int on = 1;  // closed with something unread, a socket sends nothing that it held back
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        waiting.wait();
        connection.write("good");
        connection.write("bye");
        connection.close();
    });
    Client client;
    REQUIRE(client.open({.host = "127.0.0.1", .port = server.port()}).has_value());
    Buffer in;
    const auto send_until_it_fails = [&]() -> Awaitable<Status> {
        waiting.count_down();
        Status status = Status::ok;
        while (status == Status::ok)
            status = co_await client.send_all("x");
        co_return status;
    };
    const auto both = client.run(client.receive(in, 100) && send_until_it_fails());
    CHECK(std::get<1>(both) != Status::ok);
    CHECK(in.readable() == "goodbye");
}

TEST_CASE("a socket wakes for 32 KiB while they gather, and for one byte whoever waits") {
    boost::asio::io_context loop;
    tcp::acceptor acceptor(loop, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    transport::Socket socket(loop.get_executor());
    socket.connect(acceptor.local_endpoint());
    tcp::socket server = acceptor.accept();
    const auto wakes_at = [&] {
        boost::asio::socket_base::receive_low_watermark bytes;
        socket.get_option(bytes);
        return bytes.value();
    };
    CHECK(wakes_at() == 1);
    socket.let_gather();
    CHECK(wakes_at() == 32 * 1024);
    boost::asio::write(server, boost::asio::buffer("x", 1));
    boost::asio::co_spawn(loop, socket.wait(transport::Socket::wait_read), boost::asio::detached);
    loop.run();
    CHECK(wakes_at() == 1);
    CHECK(socket.available() == 1);
}

TEST_CASE("what gathers wakes whoever waits for it, and so does the end") {
    LoopbackServer server([](int socket) {
        TlsConnection connection(socket, loopback_options());
        if (!connection.accept()) return;
        for (std::string bytes = connection.read(); bytes != "enough"; bytes = connection.read())
            connection.write(bytes);
        connection.close();
    });
    Client client;
    REQUIRE(client.open({.host = "127.0.0.1", .port = server.port()}).has_value());
    for (int i = 0; i < 3; ++i) {
        client.channel.let_gather();
        CHECK(client.send("x") == Status::ok);
        Buffer in;
        CHECK(client.run(client.receive(in, 1)) == Status::ok);
        CHECK(in.readable() == "x");
    }
    client.channel.let_gather();
    CHECK(client.send("enough") == Status::ok);
    Buffer in;
    CHECK(client.run(client.receive(in, 1)) == Status::closed);
}
