// SPDX-License-Identifier: Apache-2.0
#include "program/keeper_door.hpp"

#include <fcntl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <memory>
#include <utility>

#include "async/race.hpp"
#include "program/caller_socket.hpp"

namespace mqtts::program {

namespace asio = boost::asio;

namespace {

/// How long it waits before it accepts again when the system has no more descriptors.
constexpr std::chrono::milliseconds until_descriptors_are_free{100};

}  // namespace

KeeperDoor::KeeperDoor(const asio::any_io_executor& executor, share::Listener listener)
    : executor_(executor),
      listener_(std::move(listener)),
      accepting_(executor, ::fcntl(listener_->descriptor(), F_DUPFD_CLOEXEC, 0)) {}

Awaitable<Result<>> KeeperDoor::run(Keeper& keeper) {
    while (listener_) {
        const auto [error] = co_await accepting_.async_wait(asio::posix::stream_descriptor::wait_read,
                                                            asio::as_tuple(asio::use_awaitable));
        if (error && listener_) co_return async::cancelled();
        if (let_in(keeper)) continue;
        if (Result<> waited = co_await async::until(std::chrono::steady_clock::now() + until_descriptors_are_free);
            !waited)
            co_return waited;
    }
    co_return co_await async::until();
}

/// Returns false if the system has no more descriptors.
bool KeeperDoor::let_in(Keeper& keeper) {
    while (listener_) {
        os::OpenFile socket = listener_->accept();
        if (!socket.is_open()) return errno == EAGAIN;
        keeper.greet(std::make_unique<CallerSocket>(executor_, std::move(socket)));
    }
    return true;
}

void KeeperDoor::close() {
    listener_.reset();
    boost::system::error_code ignored;
    accepting_.close(ignored);
}

}  // namespace mqtts::program
