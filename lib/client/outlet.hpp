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

    /// There is room for a message.
    [[nodiscard]] virtual bool can_publish() const noexcept = 0;
    /// Complete when can_publish(), or finishing(). For one waiter.
    virtual Awaitable<> wait_to_publish() = 0;
    /// Complete when there is no need to keep the message of the last publish(), or finishing(). For the same waiter.
    virtual Awaitable<> wait_for_acknowledgement() = 0;

    /// Publishes messages that differ from `message` by nothing but their payloads, in order, and returns how many.
    /// Fewer than all: there is no room, or `error` tells why the next one can never be published here; a parameter, as
    /// an optional of two bytes takes longer to return than all the rest of it. `number`: how a later refusal calls the
    /// first one, see Settings::record_name; 0: by its topic alone. The payloads must stay where they are until
    /// can_publish() again.
    [[nodiscard]] virtual std::size_t publish_some(const wire::Publish& message,
                                                   std::span<const std::string_view> payloads, std::uint64_t number,
                                                   Errc& error) = 0;
    /// A single one. false: there is no room.
    [[nodiscard]] bool publish(const wire::Publish& message, std::uint64_t number, Errc& error) {
        return publish_some(message, {&message.payload, 1}, number, error) == 1 || error != Errc::ok;
    }
    /// A single one, whose payload is fetched when it is needed: it must exist until the message is acknowledged.
    [[nodiscard]] virtual bool publish_from(ByteSource& payload, const wire::Publish& message, Errc& error) = 0;
    /// What one read brought is published; the next read may bring more at once, or flush() follows.
    virtual void end_batch() = 0;
    /// There are no more messages for now: what was published leaves.
    virtual void flush() = 0;
    /// There are more, and no room: what was published leaves, as much as it takes to fill whole blocks.
    virtual void make_room() = 0;
    /// The version of MQTT that messages are published with. Until CONNACK has come it may still change.
    [[nodiscard]] virtual wire::ProtocolVersion version() const noexcept = 0;

    /// No more will be published.
    virtual void finish() = 0;
    /// No more is to be published.
    [[nodiscard]] virtual bool finishing() const noexcept = 0;

protected:
    Outlet() = default;
    ~Outlet() = default;
};

}  // namespace mqtts::client
