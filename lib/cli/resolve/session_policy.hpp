// SPDX-License-Identifier: Apache-2.0
// How long a session lives, and how many messages are taken at once, where the options leave it open.
//
// It is decided here and not by the client, because it follows from what was typed; the client gets it with its
// settings, and none of its code is linked by what only reads options.
//
//   asked for          session in the broker             resumes    at the end
//   ---------          ---------------------             -------    ----------
//   --spool            -x, or thirty days                yes        forgotten, once all is acknowledged
//   --state            -x; -c: for ever; thirty days     yes        kept
//   -x                 as long as it says                with -c    kept
//   -c                 for ever                          yes        kept
//   QoS > 0, goes on   as long as we try to reconnect    no         forgotten
//   anything else      ends with the connection          no
//
// Before MQTT 5 a session has no expiry: it is kept if it is resumed. A publisher of QoS 2 resumes none of its own, but
// that of a spool.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "session/settings.hpp"

namespace mqtts::cli {

/// What was asked for, as far as it decides about the session.
struct SessionWishes {
    wire::ProtocolVersion version = wire::ProtocolVersion::v5;
    bool keep = false;                             // -c
    std::optional<std::uint32_t> expiry_interval;  // -x
    bool spooled = false;                          // --spool
    bool remembered = false;                       // --state
    wire::Qos highest_qos = wire::Qos::at_most_once;
    bool goes_on = false;                     // more than one message, or an answer to one
    std::optional<wire::Qos> only_publishes;  // nothing is subscribed to: the QoS of -q
    std::chrono::milliseconds reconnect{};
};

/// The settings of a session, as far as they say how long it lives and what of an earlier run it resumes; all else is
/// as the module has it.
[[nodiscard]] session::Settings begin_session(const SessionWishes& wishes);

/// The Receive Maximum to ask for, where so many messages are wanted; 0: any number. Large, because some servers drop
/// what a small one cannot take. session::OpenPubrecs keeps it cheap at QoS 2. And never more than are wanted: the
/// others stay with the server.
[[nodiscard]] std::uint16_t receive_maximum(std::uint64_t wanted) noexcept;

}  // namespace mqtts::cli
