// SPDX-License-Identifier: Apache-2.0
// Takes received messages. The order deliver, flush, acknowledge is the promise that no message is acknowledged before
// it is written: the client hands out what one read brought, flushes once, and acknowledges only after that succeeded.
//
// A sink that handles messages later, with commands that run for any time, takes a message only while it has room for
// one. Each message is acknowledged when it and all before it are handled.
#pragma once

#include <cstdint>

#include "async/awaitable.hpp"
#include "base/error.hpp"
#include "wire/packet.hpp"

namespace mqtts::output {

enum class Wanted { more, enough };

class MessageSink {
public:
    virtual ~MessageSink() = default;

    /// Takes a copy of what it needs of the message; does no I/O. `enough`: this was the last message wanted. A payload
    /// of Gather::large bytes need not be copied: it stays where it is until flush() is complete.
    [[nodiscard]] virtual Wanted deliver(const wire::Publish& message) = 0;

    /// Takes a message that the server sends although nobody asked for it: it decides nothing. Returns whether it is
    /// shown.
    [[nodiscard]] virtual bool show_unasked(const wire::Publish& message) = 0;

    /// Tells whether the reader of the output has read all of it and waits: the next message must not wait for more.
    [[nodiscard]] virtual bool is_awaited() const noexcept { return false; }

    /// Writes every message delivered so far; on success they may be acknowledged.
    virtual Awaitable<Result<>> flush() = 0;

    // For a sink that handles messages later

    /// Tells whether handled() decides what is acknowledged. It never changes. If not, flush() decides it.
    [[nodiscard]] virtual bool handles_later() const noexcept { return false; }
    /// Tells whether there is room for one more message; otherwise flush() waits until there is. The client takes no
    /// message meanwhile, and reads nothing behind it. There is room after the last message that is handled, see
    /// gives_up().
    [[nodiscard]] virtual bool has_room() const noexcept { return true; }
    /// Counts the messages that were taken, by deliver() or show_unasked(), and are handled, in the order of taking:
    /// the first gap ends the count. Those of QoS 0 count, too.
    [[nodiscard]] virtual std::uint64_t handled() const noexcept { return 0; }
    /// Tells whether every message is handled that was taken, unless gives_up().
    [[nodiscard]] virtual bool is_idle() const noexcept { return true; }
    /// Tells that no message is handled any more that is not handled by now or on the way, and that others are taken
    /// without being handled: the run ends, and the server keeps them.
    [[nodiscard]] virtual bool gives_up() const noexcept { return false; }
    /// Waits until handled(), is_idle() or gives_up() has changed since the last call returned. Fails only when
    /// cancelled. For one waiter.
    virtual Awaitable<Result<>> wait_for_handled();
};

}  // namespace mqtts::output
