// The PUBREC packets that were sent and whose PUBREL has not come, on a connection: at most so many at a time. The
// others wait, in order, so that a large Receive Maximum costs the server nothing.
#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <vector>

#include "wire/packet.hpp"

namespace mqtts::session {

class OpenPubrecs {
public:
    /// mosquitto 2.0.11 searches all messages that it has sent and that have no PUBCOMP yet, one by one, for each
    /// acknowledgement. With few PUBREC packets open it finds them at the front. A queue of 50,000 messages of QoS 2,
    /// over TLS; seconds until the last message was there, seconds of the broker's processor in all:
    ///
    ///     Receive Maximum    open PUBRECs    mosquitto 2.0.11    mosquitto 2.1.2
    ///               1024                         0.76  19.0          2.99  2.99
    ///              65535       unlimited         1.78  14.4          3.42  1.47
    ///              65535            1024         1.05  1.99          2.25  2.07
    ///
    /// FlashMQ keeps of a burst what Receive Maximum allows, and drops the rest: of 10,000 messages 1024 with 1024,
    /// 8192 with 8192, all with 65535, if its own max_qos_msg_pending_per_client and max_qos_bytes_pending_per_client
    /// allow that.
    static constexpr std::size_t most = 1024;

    /// May its PUBREC leave? false: it waits for next(), once however often the message comes. That of an open one may
    /// leave again.
    [[nodiscard]] bool open(wire::PacketIdentifier identifier);
    /// The next one that has waited and may leave.
    [[nodiscard]] std::optional<wire::PacketIdentifier> next();
    /// How many wait.
    [[nodiscard]] std::size_t waiting() const noexcept { return queue_.size() - first_; }
    /// PUBREL has come.
    void release(wire::PacketIdentifier identifier) noexcept;
    /// The connection is gone.
    void clear() noexcept;

private:
    void open_now(wire::PacketIdentifier identifier) noexcept;

    std::bitset<65536> open_;
    std::bitset<65536> waiting_;
    std::vector<wire::PacketIdentifier> queue_;  // of those waiting, from first_
    std::size_t first_ = 0;
    std::size_t count_ = 0;  // of those open
};

}  // namespace mqtts::session
