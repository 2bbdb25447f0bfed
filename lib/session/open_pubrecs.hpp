// SPDX-License-Identifier: Apache-2.0
// Limits the PUBREC packets that were sent and whose PUBREL has not come, on a connection. The others wait, in order,
// so that a large Receive Maximum costs the server nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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

    /// The most PUBRECs that wait: twice as many as there are identifiers, because a server may use one twice. Beyond
    /// it, all leave at once.
    static constexpr std::size_t most_waiting = std::size_t{2} * 65535;

    /// Tells whether the PUBREC may leave; if not, it waits for next(). An open one may leave again.
    [[nodiscard]] bool open(wire::PacketIdentifier identifier) {
        if (state_[identifier] != 0) return open_again(identifier);
        if (count_ == most || waiting() != 0) return waiting() >= most_waiting || wait(identifier);
        state_[identifier] = is_open;
        ++count_;
        return true;
    }
    /// Returns the next one that has waited and may leave.
    [[nodiscard]] std::optional<wire::PacketIdentifier> next();
    /// Tells whether one with this identifier waits.
    [[nodiscard]] bool waits(wire::PacketIdentifier identifier) const noexcept {
        return (state_[identifier] & is_waiting) != 0;
    }
    /// Returns how many wait.
    [[nodiscard]] std::size_t waiting() const noexcept { return queue_.size() - first_; }
    /// Takes a PUBREL. A server that does not wait for PUBREC may send PUBREL while the PUBREC waits, and then the next
    /// message with the identifier: a PUBREC that is both waiting and open was released.
    void release(wire::PacketIdentifier identifier) noexcept {
        std::uint8_t& state = state_[identifier];
        if ((state & is_waiting) != 0) {
            state |= is_open;
        } else if (state == is_open) {
            state = 0;
            --count_;
        }
    }
    /// Forgets everything, when the connection is gone.
    void clear() noexcept;

private:
    [[nodiscard]] bool open_again(wire::PacketIdentifier identifier);
    [[nodiscard]] bool wait(wire::PacketIdentifier identifier);

    static constexpr std::uint8_t is_open = 1;
    static constexpr std::uint8_t is_waiting = 2;

    std::array<std::uint8_t, 65536> state_{};    // of each identifier
    std::vector<wire::PacketIdentifier> queue_;  // those waiting, from first_
    std::size_t first_ = 0;
    std::size_t count_ = 0;  // of those open
};

}  // namespace mqtts::session
