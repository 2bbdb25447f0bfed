// SPDX-License-Identifier: Apache-2.0
// Keeps track of packets that follow CONNECT without waiting for CONNACK: the subscriptions, or one message.
//
//   CONNECT, SUBSCRIBE ──►                        a server in order
//                          ◄── CONNACK, SUBACK
//   CONNECT, SUBSCRIBE ──►                        a server that answers at once: its answers wait here, and count
//                          ◄── SUBACK, CONNACK    behind CONNACK
//
// Not every server accepts this, so it happens on the first connection only, and never with a Will Message or a session
// to resume: these must not depend on how a server handles it. Enhanced authentication forbids it [MQTT-3.1.2-30].
#pragma once

#include <cstddef>
#include <string_view>

#include "base/buffer.hpp"
#include "session/settings.hpp"

namespace mqtts::session {

class Early {
public:
    /// Tells whether the settings and the earlier connections allow it.
    [[nodiscard]] bool is_allowed(const Settings& settings) const noexcept {
        return settings.early && settings.clean_start && !settings.will && !was_sent() &&
               settings.authentication_method.empty() &&
               !settings.connect_properties.view().find(wire::PropertyIdentifier::authentication_method);
    }
    /// Notes that a packet of this size leaves.
    void sent(std::size_t size) noexcept;
    /// Tells whether one was sent on this connection or an earlier one.
    [[nodiscard]] bool was_sent() const noexcept { return size_ != 0; }
    [[nodiscard]] bool was_sent_here() const noexcept { return here_; }
    /// Tells whether one was larger than CONNACK allows.
    [[nodiscard]] bool was_larger_than(std::size_t size) const noexcept { return size_ > size; }

    /// Keeps an answer that has come before CONNACK. Returns false when it answers nothing, or there are too many.
    [[nodiscard]] bool keep_answer(std::string_view packet);
    /// Inserts the answers behind CONNACK, the first `connack` bytes of the input, as if they had come in order.
    void hand_back_answers(Buffer& input, std::size_t connack);

    /// Notes that `count` early messages were given up when CONNACK had come: their answers may still come.
    void given_up(std::size_t count) noexcept { unexpected_ = here_ ? count : 0; }
    /// Tells whether an answer that nothing waits for is one of those.
    [[nodiscard]] bool take_unexpected() noexcept;

    void connection_lost() noexcept;

private:
    std::size_t size_ = 0;  // of the largest packet; 0: nothing was sent early
    bool here_ = false;     // on this connection
    Buffer answers_;        // packets that came before CONNACK
    std::size_t unexpected_ = 0;
};

}  // namespace mqtts::session
