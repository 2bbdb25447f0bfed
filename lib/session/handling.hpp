// SPDX-License-Identifier: Apache-2.0
// Keeps the messages that were handed out and are handled later: commands run for them, for any time. The
// acknowledgement of a message is owed when it and all before it are handled.
//
//     handed out ──► in handling ──► handled ──► acknowledgement owed
//                        │ connection lost                ▲
//                        └──► goes on ──► the server sends it again: it is not handed out, but the same message
//
// A lost connection does not end the handling. A server that kept the session sends the message again, with DUP and the
// same Packet Identifier [MQTT-4.4.0-1].
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string_view>
#include <vector>

#include "wire/packet.hpp"

namespace mqtts::session {

class Handling {
public:
    /// A message; QoS 0 has no identifier, and neither has one whose acknowledgement nobody waits for any more.
    struct Message {
        wire::PacketIdentifier packet_identifier = 0;
        wire::Qos qos{};
        bool here = true;         // it was received on this connection
        std::size_t content = 0;  // see content_of()
    };

    /// Adds a message that is handed out.
    void add(const wire::Publish& message);

    /// Takes a message of QoS 1 or 2 that may be one in handling, sent again. Returns true if it is: it must not be
    /// handed out.
    [[nodiscard]] bool take_again(const wire::Publish& message);
    /// Takes a message of QoS 1 that is handled, but whose PUBACK could not be sent: it is owed in its turn. Returns
    /// false if it is another one. Forgets it then: the server may give its identifier to another message after PUBACK.
    [[nodiscard]] bool take_handled(const wire::Publish& message);
    /// Tells whether take_again() or take_handled() would be true.
    [[nodiscard]] bool knows(const wire::Publish& message) const noexcept;
    /// Notes a message that was received on this connection: acknowledgements are owed in the order of receiving
    /// [MQTT-4.6.0-2].
    void note_received(const wire::Publish& message, bool is_handled);

    /// Takes how many messages are handled by now, of all that were handed out, in order.
    void handled(std::uint64_t total);
    /// Calls `owe(packet_identifier, qos)` for each message received on this connection that is handled, with all that
    /// were received before it.
    template <class Owe>
    void take_owed(Owe owe) {
        for (; !received_.empty() && received_.front().is_handled; received_.pop_front())
            owe(received_.front().packet_identifier, received_.front().qos);
    }
    /// Forgets the messages that are not handled and never will be. Returns them.
    std::deque<Message> give_back() noexcept;

    [[nodiscard]] bool empty() const noexcept { return messages_.empty(); }

    void connection_lost() noexcept;
    /// Handles the loss of the session: the server will not send them again, and their acknowledgements mean nothing.
    void session_lost() noexcept;

private:
    struct Received {
        wire::PacketIdentifier packet_identifier = 0;
        wire::Qos qos{};
        bool is_handled = false;
    };

    /// Of QoS 1, and not on this connection.
    struct HandledElsewhere {
        wire::PacketIdentifier packet_identifier = 0;
        std::size_t content = 0;
    };

    /// Tells one message from another that has its identifier and DUP: a server that crashed, and came back with an
    /// older state of the session, gives identifiers again to messages that we have never seen. Payloads are often the
    /// same ("ON"); then the topic differs, or in a request, Correlation Data.
    [[nodiscard]] static std::size_t content_of(const wire::Publish& message) noexcept {
        constexpr std::hash<std::string_view> hash;
        std::size_t content = 31 * hash(message.payload) + hash(message.topic_name);
        if (message.properties.empty()) return content;
        if (const auto data = message.properties.find(wire::PropertyIdentifier::correlation_data))
            content = 31 * content + hash(data->text);
        return content;
    }
    [[nodiscard]] bool was_handled(const wire::Publish& message) const noexcept {
        return message.dup && message.qos == wire::Qos::at_least_once &&
               std::ranges::any_of(handled_elsewhere_, [&](const HandledElsewhere& one) {
                   return one.packet_identifier == message.packet_identifier && one.content == content_of(message);
               });
    }
    void forget_handled(wire::PacketIdentifier identifier) {
        std::erase_if(handled_elsewhere_,
                      [=](const HandledElsewhere& one) { return one.packet_identifier == identifier; });
    }
    [[nodiscard]] static bool is(const Message& known, const wire::Publish& message) noexcept {
        return known.packet_identifier == message.packet_identifier && known.qos == message.qos;
    }
    /// On another connection QoS 1 is known by DUP and content. At QoS 2, where the identifier is in use until PUBREL,
    /// one of them is enough: some servers send again without DUP, and some send PUBREL too early.
    [[nodiscard]] static bool is_same(const Message& known, const wire::Publish& message) noexcept {
        if (!is(known, message)) return false;
        if (known.here) return message.dup;
        const bool has_content = known.content == content_of(message);
        return message.qos == wire::Qos::exactly_once ? message.dup || has_content : message.dup && has_content;
    }

    std::deque<Message> messages_;   // in the order they were handed out
    std::deque<Received> received_;  // on this connection, and not owed yet
    std::vector<HandledElsewhere> handled_elsewhere_;
    std::uint64_t finished_ = 0;  // messages handled so far
};

}  // namespace mqtts::session
