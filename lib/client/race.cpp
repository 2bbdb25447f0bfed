#include "client/race.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>

namespace mqtts::client {

Awaitable<Result<>> until(std::chrono::steady_clock::time_point time) {
    namespace asio = boost::asio;
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return Result<>();
}

}  // namespace mqtts::client
