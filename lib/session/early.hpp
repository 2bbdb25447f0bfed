// SPDX-License-Identifier: Apache-2.0
// What follows CONNECT without waiting for CONNACK: the subscriptions, or one message.
//
//   CONNECT, SUBSCRIBE ──►                        a server in order
//                          ◄── CONNACK, SUBACK
//   CONNECT, SUBSCRIBE ──►                        one that answers first what it understood first: its answers wait
//                          ◄── SUBACK, CONNACK    here, and count behind CONNACK
//
// Not every server takes it, so it is sent on the first connection only, and never with a Will Message or a session to
// resume: these must not depend on how a server takes it.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/buffer.hpp"
#include "session/settings.hpp"

namespace mqtts::session {

class Early {
public:
    /// As far as the settings and the earlier connections go.
    [[nodiscard]] bool is_allowed(const Settings& settings) const noexcept {
        return settings.early && settings.clean_start && !settings.will && !was_sent();
    }
    /// A packet of so many bytes leaves.
    void sent(std::size_t size) noexcept;
    /// On this connection, or an earlier one.
    [[nodiscard]] bool was_sent() const noexcept { return size_ != 0; }
    [[nodiscard]] bool was_sent_here() const noexcept { return here_; }
    /// Larger than this, which CONNACK allows.
    [[nodiscard]] bool was_larger_than(std::size_t size) const noexcept { return size_ > size; }

    /// An answer has come before CONNACK, this packet. false: it answers nothing, or they are too many.
    [[nodiscard]] bool keep_answer(std::string_view packet);
    /// CONNACK is the first `connack` bytes of the input: the answers go behind it, as if they had come in order.
    void hand_back_answers(Buffer& input, std::size_t connack);

    /// So many messages sent early were given up when CONNACK had come: their answers may still come.
    void given_up(std::size_t count) noexcept { unexpected_ = here_ ? count : 0; }
    /// An answer that nothing waits for: is it one of those?
    [[nodiscard]] bool take_unexpected() noexcept;

    void connection_lost() noexcept;

private:
    std::size_t size_ = 0;  // of the largest packet; 0: none was sent
    bool here_ = false;     // on this connection
    Buffer answers_;        // packets that came before CONNACK
    std::size_t unexpected_ = 0;
};

}  // namespace mqtts::session
