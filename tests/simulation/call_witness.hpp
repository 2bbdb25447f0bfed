// SPDX-License-Identifier: Apache-2.0
// Knows what each caller of a keeper was told, and judges by what the witness knows of its message.
//
//   handed over ──► taken ──► leaves ──► arrives … ──► done, or why not ──► the end of the call
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "share/frame.hpp"
#include "simulation/keeping.hpp"
#include "simulation/network.hpp"

namespace mqtts::simulation {

/// How a call ends for one of its messages.
enum class CallEnd : std::uint8_t {
    told,     // what the keeper said
    alone,    // it has a connection of its own, or its message may arrive twice
    unknown,  // it lost the keeper behind `taken`, and must not publish again
    gave_up,  // at its deadline, or because of a signal
    killed,
};

class CallWitness {
public:
    explicit CallWitness(Network& network) : network_(network) {}

    // The keeper

    void connected();
    void disconnected() noexcept { --connections_; }
    /// It has read all of a message that it may not publish yet, or has said what becomes of it.
    void waits();
    void waits_no_more() noexcept { --waiting_; }
    /// It has written `taken`, or has no need to: the message may leave from now on.
    void taken(const CallMessage& message);
    void told(const CallMessage& message, const share::Done& done);
    /// Somebody is told that the broker has it.
    void done(const CallMessage& message);
    void refused(const Manner& manner, const CallMessage& message, share::Refusal reason, bool is_open);
    /// Bytes leave for the broker.
    void leaves(std::string_view bytes);
    void killed() noexcept { was_killed_ = true; }

    // A caller

    /// `heard_taken`, and `heard_all`: nothing that the keeper wrote for it was lost.
    void ends(const CallMessage& message, CallEnd how, bool heard_taken, bool heard_all);

private:
    [[nodiscard]] bool is_own_refusal(const CallMessage& message, const share::Done& done) const;

    Network& network_;
    std::size_t connections_ = 0;
    std::size_t waiting_ = 0;
    std::string last_left_;  // the end of what has left, as a topic may leave in parts
    bool was_killed_ = false;
};

}  // namespace mqtts::simulation
