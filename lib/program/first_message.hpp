// SPDX-License-Identifier: Apache-2.0
// The message of a first call with --share: after it the connection goes on.
#pragma once

#include "client/client.hpp"

namespace mqtts::program {

/// Publishes the message, and returns success when the broker has it and the connection can be kept. Otherwise ends the
/// client's work, whose result says why, unless `unpublished` does; then it never ends by itself. What `message` refers
/// to, and `unpublished`, must outlive the coroutine.
Awaitable<Result<>> publish_first_message(client::Client& client, wire::Publish message, Result<>& unpublished);

}  // namespace mqtts::program
