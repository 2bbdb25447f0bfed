// SPDX-License-Identifier: Apache-2.0
// Where a Publisher puts its messages: straight to the server (Client), or into a spool (SpooledStream).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "async/race.hpp"
#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "wire/packet.hpp"

namespace mqtts::client {

class Outlet {
public:
    Outlet(const Outlet&) = delete;
    Outlet& operator=(const Outlet&) = delete;

    /// Tells whether there is room for a message.
    [[nodiscard]] virtual bool can_publish() const noexcept = 0;
    /// Waits until can_publish() or finishing(). For one waiter.
    virtual Awaitable<> wait_to_publish() = 0;
    /// Waits until the message of the last publish() need not be kept any more, or finishing(). For the same waiter.
    virtual Awaitable<> wait_for_acknowledgement() = 0;

    /// Publishes messages that differ from `message` only in their payloads, in order, and returns their count. When
    /// that is fewer than all, there is no room, or `error` says why the next one can never be published here; `error`
    /// is a parameter because an optional of two bytes takes longer to return than all the rest. `number`: how a later
    /// refusal names the first one, see Settings::record_name; 0: by its topic alone. The payloads must stay where they
    /// are until can_publish() again.
    [[nodiscard]] virtual std::size_t publish_some(const wire::Publish& message,
                                                   std::span<const std::string_view> payloads, std::uint64_t number,
                                                   Errc& error) = 0;
    /// Publishes one message. Returns false when there is no room.
    [[nodiscard]] bool publish(const wire::Publish& message, std::uint64_t number, Errc& error) {
        return publish_some(message, {&message.payload, 1}, number, error) == 1 || error != Errc::ok;
    }
    /// Publishes one message whose payload is fetched when needed: it must exist until the message is acknowledged.
    [[nodiscard]] virtual bool publish_from(ByteSource& payload, const wire::Publish& message, Errc& error) = 0;
    /// Notes that everything of one read is published; the next read may bring more at once, or flush() follows.
    virtual void end_batch() = 0;
    /// Sends what was published, because there are no more messages for now.
    virtual void flush() = 0;
    /// Sends as much as fills whole blocks, because there are more messages and no room.
    virtual void make_room() = 0;
    /// Returns the version of MQTT that messages are published with; it may change until CONNACK has come.
    [[nodiscard]] virtual wire::ProtocolVersion version() const noexcept = 0;

    /// Ends publishing.
    virtual void finish() = 0;
    /// Tells whether publishing has ended.
    [[nodiscard]] virtual bool finishing() const noexcept = 0;

protected:
    Outlet() = default;
    ~Outlet() = default;
};

}  // namespace mqtts::client
