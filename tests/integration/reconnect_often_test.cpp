// A client that loses its connection again and again keeps nothing of the old ones.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <filesystem>
#include <thread>

#include "client/client.hpp"
#include "support/scripted_broker.hpp"
#include "transport/tls_context.hpp"

namespace {

using namespace mqtts;
using namespace std::chrono_literals;

std::ptrdiff_t open_descriptors() {
    const std::filesystem::directory_iterator descriptors("/proc/self/fd");
    return std::distance(begin(descriptors), end(descriptors));
}

client::Settings settings(std::uint16_t port) {
    client::Settings settings{};
    settings.endpoints = {{.host = "localhost", .port = port}};
    settings.open_ended = true;
    settings.reconnect = 1h;
    settings.backoff = {.first = 1ms, .longest = 1ms};
    return settings;
}

}  // namespace

TEST_CASE("1000 connections lost one after the other leave no descriptor open") {
    constexpr int connections = 1000;
    test::ScriptedBroker broker;
    const std::vector<std::string> arguments = broker.arguments({});
    const auto ca_file = std::find(arguments.begin(), arguments.end(), "--cafile") + 1;
    transport::TlsSettings trust;
    trust.ca_file = *ca_file;
    const auto tls = transport::TlsContext::create(trust);
    REQUIRE(tls.has_value());

    boost::asio::io_context context(1);
    const Log log("test", Log::Level::quiet);
    client::Client client(context.get_executor(), settings(broker.port()), *tls, nullptr, log);
    std::optional<Result<>> result;
    boost::asio::co_spawn(context, client.run(), [&](const std::exception_ptr& exception, Result<> ended) {
        if (exception) std::rethrow_exception(exception);
        result = std::move(ended);
    });

    std::ptrdiff_t after_the_first = 0;
    std::ptrdiff_t after_the_last = 0;
    std::thread server([&] {
        for (int i = 0; i < connections; ++i) {
            broker.accept_client();
            broker.drop();
            if (i == 10) after_the_first = open_descriptors();
        }
        after_the_last = open_descriptors();
        broker.accept_client();
        broker.send(wire::Disconnect{.reason_code = wire::ReasonCode::session_taken_over});
    });
    context.run();
    server.join();
    CHECK(result->error().code == Errc::session_taken_over);
    CHECK(after_the_last <= after_the_first + 2);  // one connection may be under way
}
