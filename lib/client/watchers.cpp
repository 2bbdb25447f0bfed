// SPDX-License-Identifier: Apache-2.0
#include "client/watchers.hpp"

namespace mqtts::client {

Awaitable<Result<>> Watchers::wait() {
    struct Place {
        std::list<async::Notification>& waiters;
        std::list<async::Notification>::iterator own;
        ~Place() { waiters.erase(own); }
    };
    const Place place{waiters_, waiters_.emplace(waiters_.end(), executor_)};
    co_return co_await place.own->wait();
}

}  // namespace mqtts::client
