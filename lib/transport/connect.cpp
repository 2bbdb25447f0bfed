#include "transport/connect.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "base/system_reason.hpp"
#include "base/utf8.hpp"
#include "transport/resolve.hpp"

namespace mqtts::transport {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// A batch must not wait for the acknowledgement of the one before (Nagle), and a child process must not hold the
// connection open.
void prepare(tcp::socket& socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.native_non_blocking(true, ignored);
    ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
}

Awaitable<error_code> connect_one(tcp::socket& socket, const tcp::endpoint& address) {
    error_code error;
    socket.open(address.protocol(), error);
    if (error) co_return error;
    prepare(socket);
    const auto [outcome] = co_await socket.async_connect(address, asio::as_tuple(asio::use_awaitable));
    co_return outcome;
}

}  // namespace

Awaitable<Result<tcp::socket>> connect(const Endpoint& endpoint, std::string& phase) {
    phase = "looking up the name";
    const auto addresses = co_await resolve(endpoint);
    if (!addresses) co_return addresses.error();

    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    std::string attempts;
    bool all_refused = true;
    for (const tcp::endpoint& address : *addresses) {
        const std::string name = address.address().to_string();
        phase = "connecting to " + name;
        tcp::socket socket(executor);
        const error_code error = co_await connect_one(socket, address);
        if (!error) co_return std::move(socket);
        attempts += fmt::format("{}{}: {}", attempts.empty() ? "" : "; ", name, system_reason(error));
        all_refused = all_refused && error == asio::error::connection_refused;
        if (error == asio::error::operation_aborted) break;
    }
    co_return Failure(all_refused ? Errc::connection_refused : Errc::unreachable,
                      fmt::format("cannot connect to {}: {}", escape(to_string(endpoint)), attempts));
}

}  // namespace mqtts::transport
