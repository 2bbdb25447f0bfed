// SPDX-License-Identifier: Apache-2.0
#include "output/message_sink.hpp"

#include "async/race.hpp"

namespace mqtts::output {

Awaitable<Result<>> MessageSink::wait_for_handled() {
    co_return co_await async::until();
}

}  // namespace mqtts::output
