// SPDX-License-Identifier: Apache-2.0
// How long a session lives, and how many messages are accepted at once, if the options leave it open.
//
// It is decided here and not by the client, because it follows from what was typed. The client gets it with its
// settings, and programs that only read options link none of the client's code.
//
//   asked for          session in the broker             resumes    at the end
//   ---------          ---------------------             -------    ----------
//   --spool            -x, or thirty days                yes        forgotten, once all is acknowledged
//   --state            -x; -c: forever;  thirty days     yes        kept
//   -x                 as long as it says                with -c    kept
//   -c                 forever                           yes        kept
//   QoS > 0, goes on   as long as we try to reconnect    no         forgotten
//   anything else      ends with the connection          no
//
// Before MQTT 5 a session has no expiry: it is kept if it is resumed. A publisher of QoS 2 resumes only the session of
// a spool.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "session/settings.hpp"

namespace mqtts::cli {

/// What was typed, as far as it decides about the session.
struct SessionWishes {
    wire::ProtocolVersion version = wire::ProtocolVersion::v5;
    bool keep = false;                             // -c
    std::optional<std::uint32_t> expiry_interval;  // -x
    bool spooled = false;                          // --spool
    bool remembered = false;                       // --state
    wire::Qos highest_qos = wire::Qos::at_most_once;
    bool goes_on = false;                     // more than one message, or a response to one
    std::optional<wire::Qos> only_publishes;  // the QoS of -q, if there is no subscription
    std::chrono::milliseconds reconnect{};
};

/// Makes the settings that decide how long a session lives and what it resumes of an earlier run. The others have the
/// module's initial values.
[[nodiscard]] session::Settings begin_session(const SessionWishes& wishes);

/// Returns the Receive Maximum to ask for if `wanted` messages are wanted; 0: any number. It is large, because some
/// servers drop messages that exceed a small one; session::OpenPubrecs keeps it cheap at QoS 2. It is never more than
/// wanted: the server keeps the other messages.
[[nodiscard]] std::uint16_t receive_maximum(std::uint64_t wanted) noexcept;

}  // namespace mqtts::cli
