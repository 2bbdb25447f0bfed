// SPDX-License-Identifier: Apache-2.0
// A client that loses its connection again and again keeps nothing of the old ones.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <filesystem>
#include <fstream>
#include <thread>

#include "client/client.hpp"
#include "support/scripted_broker.hpp"
#include "tls/context.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MQTTS_ADDRESS_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define MQTTS_ADDRESS_SANITIZER
#endif
#ifdef MQTTS_ADDRESS_SANITIZER
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // its header comes with clang only
#endif

namespace {

using namespace mqtts;
using namespace std::chrono_literals;

std::ptrdiff_t open_descriptors() {
    constexpr int most = 1024;
    std::ptrdiff_t count = 0;
    for (int descriptor = 0; descriptor < most; ++descriptor)
        if (::fcntl(descriptor, F_GETFD) != -1) ++count;
    return count;
}

/// Of this process: client and broker. AddressSanitizer's own bookkeeping grows for a while, so there it is asked for
/// what was allocated and not freed.
#ifdef MQTTS_ADDRESS_SANITIZER
std::ptrdiff_t memory_in_use() {
    return static_cast<std::ptrdiff_t>(__sanitizer_get_current_allocated_bytes());
}
#else
std::ptrdiff_t memory_in_use() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::stol(line.substr(6)) * 1024;
    return 0;
}
#endif

/// What a process holds that must not grow with the number of its connections.
struct Holdings {
    std::ptrdiff_t descriptors = open_descriptors();
    std::ptrdiff_t memory = memory_in_use();
};

client::Settings settings(std::uint16_t port) {
    client::Settings settings{};
    settings.endpoints = {{.host = "localhost", .port = port}};
    settings.open_ended = true;
    settings.patience.reconnect = 1h;
    settings.patience.backoff = {.first = 1ms, .longest = 1ms};
    return settings;
}

}  // namespace

TEST_CASE("2000 connections lost one after the other leave no descriptor open and no memory behind") {
    constexpr int connections = 2000;
    constexpr int warm = 200;  // by then all that is kept between connections is there
    constexpr std::ptrdiff_t allowance = (connections - warm) * 512;  // no connection leaves 1 KiB behind
    test::ScriptedBroker broker;
    const std::vector<std::string> arguments = broker.arguments({});
    const auto ca_file = std::find(arguments.begin(), arguments.end(), "--cafile") + 1;
    tls::Policy trust;
    trust.ca_file = *ca_file;
    const auto tls = tls::Context::create(trust);
    REQUIRE(tls.has_value());

    boost::asio::io_context context(1);
    const Log log("test", Log::Level::quiet);
    client::Client client(context.get_executor(), settings(broker.port()), *tls, nullptr, log);
    std::optional<Result<>> result;
    boost::asio::co_spawn(context, client.run(), [&](const std::exception_ptr& exception, Result<> ended) {
        if (exception) std::rethrow_exception(exception);
        result = std::move(ended);
    });

    std::optional<Holdings> once_warm;
    std::optional<Holdings> in_the_end;
    std::thread server([&] {
        for (int i = 0; i < connections; ++i) {
            broker.accept_client();
            broker.drop();
            if (i == warm) once_warm.emplace();
        }
        in_the_end.emplace();
        broker.accept_client();
        broker.send(wire::Disconnect{.reason_code = wire::ReasonCode::session_taken_over});
    });
    context.run();
    server.join();
    CHECK(result->error().code == Errc::session_taken_over);
    CHECK(in_the_end->descriptors <= once_warm->descriptors + 2);  // one connection may be under way
    CHECK(in_the_end->memory <= once_warm->memory + allowance);
}
