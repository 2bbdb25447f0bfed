// SPDX-License-Identifier: Apache-2.0
// A channel to a server on this machine, driven step by step.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "support/tls_server.hpp"
#include "transport/channel.hpp"
#include "transport/tls_pair.hpp"

namespace mqtts::test {

inline TlsServerOptions loopback_options() {
    return server_options({.dns_names = {"localhost"}, .ip_addresses = {"127.0.0.1"}});
}

/// A channel and the loop it lives in.
struct Client {
    TemporaryDirectory directory;
    tls::Context context =
        tls::Context::create({.ca_file = directory.write("ca.pem", authority().certificate_pem())}).value();
    boost::asio::io_context loop{1};
    transport::Channel channel{loop.get_executor(), context};

    template <class T>
    T run(Awaitable<T> work) {
        std::optional<T> result;
        boost::asio::co_spawn(
            loop, [&]() -> Awaitable<> { result = co_await std::move(work); }, boost::asio::detached);
        loop.restart();
        loop.run();
        return std::move(*result);
    }
    void run(Awaitable<> work) {
        boost::asio::co_spawn(loop, std::move(work), boost::asio::detached);
        loop.restart();
        loop.run();
    }

    Result<> open(const net::Endpoint& endpoint) { return run(channel.open(endpoint)); }

    Awaitable<Status> send_all(std::string_view plaintext) {
        Status status = channel.send(plaintext);
        while (status == Status::would_block) {
            co_await channel.writable();
            status = channel.send(plaintext);
        }
        co_return status;
    }

    Status send(std::string_view text) { return run(send_all(text)); }

    /// Until `count` bytes are there, or the end.
    Awaitable<Status> receive(Buffer& plaintext, std::size_t count) {
        Status status = Status::ok;
        while (status == Status::ok && plaintext.size() < count) {
            status = channel.receive(plaintext);
            if (status != Status::would_block) continue;
            co_await channel.readable();
            status = Status::ok;
        }
        co_return status;
    }
};

}  // namespace mqtts::test
