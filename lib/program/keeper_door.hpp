// SPDX-License-Identifier: Apache-2.0
// Lets callers in to a keeper: those who connect to its socket.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <optional>

#include "async/awaitable.hpp"
#include "program/keeper.hpp"
#include "share/listener.hpp"

namespace mqtts::program {

class KeeperDoor {
public:
    KeeperDoor(const boost::asio::any_io_executor& executor, share::Listener listener);

    /// Hands callers to the keeper, until it is closed. Never ends by itself.
    Awaitable<Result<>> run(Keeper& keeper);
    /// Removes the socket. Those who wait to be let in see it.
    void close();

private:
    [[nodiscard]] bool let_in(Keeper& keeper);

    boost::asio::any_io_executor executor_;
    std::optional<share::Listener> listener_;          // while it is open
    boost::asio::posix::stream_descriptor accepting_;  // its socket, for the event loop
};

}  // namespace mqtts::program
