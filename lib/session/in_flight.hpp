// SPDX-License-Identifier: Apache-2.0
// Keeps what we sent and the server has not finished with: PUBLISH of QoS 1 and 2, to be sent again, and requests
// (SUBSCRIBE, UNSUBSCRIBE) that occupy a Packet Identifier until their answer.
//
//   sequence      41        42        43        44        45        46
//                        ┌─────────┬─────────┬─────────┬─────────┐
//   slots_               │ pubcomp │  done   │ puback  │ puback  │
//                        └─────────┴─────────┴─────────┴─────────┘
//                          front_                        unsent_   next_
//                             ▼                   ▼         ▼
//   packets_             │ packet  │          │ packet  │ packet  │
//
// Sequence numbers only grow; the Packet Identifier is sequence % 65535 + 1, so finding a slot is arithmetic. Servers
// acknowledge in order [MQTT-4.6.0-2], so bytes are freed from the front; a slot acknowledged early waits there, done.
// Between a lost connection and the last packet sent again, `unsent_` is behind `next_`.
//
// Code that keeps messages beyond the life of the process tracks their progress: the same sequence number gives the
// same Packet Identifier to the next process.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/gather.hpp"
#include "base/sizes.hpp"
#include "session/limits.hpp"
#include "session/packet_store.hpp"
#include "wire/packet.hpp"
#include "wire/publish_encoder.hpp"

namespace mqtts::session {

enum class Awaiting : std::uint8_t { nothing, puback, pubrec, pubcomp, suback, unsuback };

class InFlight {
public:
    /// The most bytes of kept packets; a single packet may be larger.
    static constexpr std::size_t maximum_bytes = sizes::kept_packets;

    [[nodiscard]] bool empty() const noexcept { return front_ == next_; }
    /// Tells whether something that was sent on this connection awaits its acknowledgement or answer.
    [[nodiscard]] bool awaits_answers() const noexcept { return unacknowledged_ != 0 || requests_ != 0; }
    /// Tells whether a PUBREL was sent on an earlier connection, too, of this session for sure: then PUBCOMP with a
    /// failure says that the last PUBCOMP was lost. Precondition: awaiting pubcomp.
    [[nodiscard]] bool perhaps_completed(wire::PacketIdentifier identifier) const noexcept {
        const Slot& released = slot(find(identifier));
        return released.sent_before && !released.in_doubt;
    }

    /// Returns how many PUBLISH packets can be added, with at most `window` of them unacknowledged, as long as
    /// has_room(). Returns 0 while older packets are still to be sent again: order is kept [MQTT-4.6.0-1].
    [[nodiscard]] std::size_t room(std::size_t window) const noexcept {
        if (unsent_ != next_ || unacknowledged_ >= window || next_ - front_ >= 65535) return 0;
        return std::min<std::size_t>(window - unacknowledged_, 65535 - static_cast<std::size_t>(next_ - front_));
    }
    [[nodiscard]] bool has_room() const noexcept { return packets_.size() < maximum_bytes; }

    [[nodiscard]] wire::PacketIdentifier next_identifier() const noexcept { return identifier(next_); }

    /// Keeps a PUBLISH with next_identifier(), and the number its sender knows it by, and sends it from where it is
    /// kept. `awaiting`: puback or pubrec, as its QoS has it.
    void publish(Gather& to, const wire::PublishEncoder& encoder, std::string_view payload, Awaiting awaiting,
                 std::uint64_t number);
    /// Does the same with a payload that is not kept, but fetched whenever the message is sent. One at a time: not
    /// before the last one is complete.
    void publish_from(Gather& to, const wire::PublishEncoder& encoder, ByteSource& payload, Awaiting awaiting);
    /// Occupies next_identifier() for a SUBSCRIBE or UNSUBSCRIBE. Precondition: fewer than 65535 identifiers are taken.
    void add_request(Awaiting answer);

    /// Returns the sequence number of the next packet.
    [[nodiscard]] std::uint64_t next() const noexcept { return next_; }
    /// Continues after an earlier process: the sequence numbers before this one are not in use any more. Precondition:
    /// next() <= sequence, and fewer than 65535 from the oldest one on unless empty().
    void skip_to(std::uint64_t sequence);
    /// Adds a message that an earlier process published, and for which PUBREC has come: PUBREL was just sent for
    /// next_identifier(). The PUBLISH is kept until PUBCOMP.
    void add_received(const wire::PublishEncoder& encoder, std::string_view payload);
    /// Does the same for a message of which nothing is left to keep: restart() forgets it.
    void add_received();

    /// Returns what is awaited for this identifier; `nothing` also for an identifier that is not in use.
    [[nodiscard]] Awaiting awaiting(wire::PacketIdentifier identifier) const noexcept;
    /// Returns the Topic Name of a kept PUBLISH, valid until the next add. Precondition: it is in flight.
    [[nodiscard]] std::string_view topic_name(wire::PacketIdentifier identifier) const noexcept;
    /// Returns the number it was added with. Precondition: the same.
    [[nodiscard]] std::uint64_t number(wire::PacketIdentifier identifier) const noexcept;
    /// Takes an acknowledgement: the last one, or PUBREC, after which PUBREL is what would be sent again. Returns false
    /// when it is not awaited for this identifier: then nothing has changed. Call drop_completed() after all
    /// acknowledgements that have come.
    [[nodiscard]] bool acknowledge(wire::PacketIdentifier identifier, Awaiting awaited) noexcept;
    void drop_completed() noexcept;
    /// Completes a packet to which nothing more will come: it was refused, or a request was answered. Precondition:
    /// awaiting something.
    void complete(wire::PacketIdentifier identifier) noexcept;

    /// Handles the loss of the connection: forgets requests; everything else is to be sent again.
    void rewind() noexcept;
    /// Handles the loss of the session: everything is to be published as new, also the messages answered by PUBREC,
    /// because a server that hands messages on at PUBREL has lost them. Returns note_repeated().
    std::size_t restart() noexcept;
    /// Returns how many more QoS 2 messages may arrive twice if the session is another one than before: those that were
    /// sent before and have had no PUBREC. Each counts once, however often the session is lost.
    std::size_t note_repeated() noexcept;
    /// Handles a session that may be another one: a PUBREC that has come may be of the old one, for good. Returns
    /// note_repeated().
    std::size_t doubt_session() noexcept;

    /// Converts the packets to another version of MQTT; before MQTT 5 without their properties. Precondition: rewind()
    /// was the last call.
    void translate(wire::ProtocolVersion from, wire::ProtocolVersion to);

    struct GivenUp {
        std::size_t messages = 0;
        Errc reason = Errc::ok;  // of the first
    };
    /// Forgets the messages that a new connection's limits do not allow to send again, or should not have been sent by
    /// now. Call it between CONNACK and resend().
    [[nodiscard]] GivenUp give_up_beyond(const Limits& limits, wire::ProtocolVersion version) noexcept;
    /// Appends the next packets to be sent again, in order: PUBLISH with DUP (without after restart()), or PUBREL.
    /// Stops at `window` unacknowledged packets and when `to` holds `high_water` bytes.
    void resend(Gather& to, std::size_t window, std::size_t high_water, wire::ProtocolVersion version);
    [[nodiscard]] bool resending() const noexcept { return unsent_ != next_; }

    /// The oldest PUBLISH whose last acknowledgement is missing.
    struct Oldest {
        bool message = false;        // there is one
        std::uint64_t sequence = 0;  // otherwise next()
        wire::PacketIdentifier packet_identifier = 0;
        wire::Qos qos{};
        bool is_out = false;  // it was sent on this connection, or its PUBREL
        std::string_view topic_name = {};
        std::uint64_t number = 0;  // as given to publish()
    };
    [[nodiscard]] Oldest oldest() const noexcept;

    /// Counts PUBLISH packets whose last acknowledgement is missing, sent again or not.
    [[nodiscard]] std::size_t unfinished() const noexcept;

    /// A step in the life of a PUBLISH.
    struct Progress {
        std::uint64_t sequence = 0;
        std::uint64_t number = 0;  // as given to publish()
        /// What it awaited until now. pubrec: it must not be published again; unless `is_finished`, its PUBREL may.
        Awaiting awaited = Awaiting::nothing;
        bool is_finished = false;
        /// ok: acknowledged. publish_refused: completed without that, see complete(). Another one: give_up_beyond() has
        /// given it up because of this limit.
        Errc error = Errc::ok;
    };
    /// Lets progress() grow with each acknowledgement, until it is cleared.
    void track_progress() noexcept { tracking_ = true; }
    [[nodiscard]] std::vector<Progress>& progress() noexcept { return progress_; }

private:
    struct Slot {
        std::uint64_t number = 0;
        char* packet = nullptr;  // in packets_
        std::uint32_t size = 0;  // of it, without a payload that is not kept; 0: nothing is kept
        Awaiting awaiting = Awaiting::nothing;
        bool sent_before = false;     // on an earlier connection
        bool may_come_twice = false;  // note_repeated() has counted it
        bool in_doubt = false;        // PUBREC came in a session that may be over

        [[nodiscard]] std::string_view bytes() const noexcept { return {packet, size}; }
    };

    static wire::PacketIdentifier identifier(std::uint64_t sequence) noexcept {
        return static_cast<wire::PacketIdentifier>(sequence % 65535 + 1);
    }
    /// Returns the sequence number that has this identifier now, or next_.
    [[nodiscard]] std::uint64_t find(wire::PacketIdentifier identifier) const noexcept;
    [[nodiscard]] Slot& slot(std::uint64_t sequence) noexcept { return slots_[place(sequence)]; }
    [[nodiscard]] const Slot& slot(std::uint64_t sequence) const noexcept { return slots_[place(sequence)]; }
    [[nodiscard]] std::size_t place(std::uint64_t sequence) const noexcept {
        return static_cast<std::size_t>(sequence) & mask_;
    }
    Slot& add();
    /// Keeps the packet that is the last `size` bytes of the chunk.
    Slot& keep(const std::shared_ptr<Buffer>& chunk, std::size_t size, Awaiting awaiting, std::uint64_t number = 0);
    /// Returns the source of a payload that is fetched for this message; nothing: the payload is kept, if there is one.
    [[nodiscard]] ByteSource* source_of(std::uint64_t sequence) const noexcept {
        return sequence == sourced_ ? source_ : nullptr;
    }
    void grow();
    /// Notes that nothing is awaited for it any more. `error`: of its Progress.
    void finish(std::uint64_t sequence, Errc error) noexcept;

    std::vector<Slot> slots_;  // a ring, its size a power of two
    std::size_t mask_ = 0;     // that size - 1
    PacketStore packets_;
    std::uint64_t front_ = 0;
    std::uint64_t next_ = 0;
    std::uint64_t unsent_ = 0;
    ByteSource* source_ = nullptr;  // of the payload of `sourced_`
    std::uint64_t sourced_ = 0;
    std::size_t requests_ = 0;        // without an answer, on this connection
    std::size_t unacknowledged_ = 0;  // PUBLISH packets sent on this connection and not complete
    bool dup_ = true;                 // packets sent again carry DUP
    bool in_doubt_ = false;           // the session may be another one than that of an earlier process
    bool tracking_ = false;
    std::vector<Progress> progress_;
};

}  // namespace mqtts::session
