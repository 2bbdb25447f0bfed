// SPDX-License-Identifier: Apache-2.0
// Explains a server that does not answer CONNECT with CONNACK: it hangs up, stays silent, or speaks something else. Few
// say why, so this names what brokers, and proxies in front of them, mean by it, and what to do.
//
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mqtts::client {

/// What was sent, if it may be the cause.
struct Unanswered {
    bool credentials = false;
    bool will = false;
    bool websocket = false;
    bool accepted_before = false;  // CONNACK has come on another connection
    std::string version = {};      // the hint for a server older than MQTT 5; empty: an older version was tried
    std::string certificate = {};  // the hint if our certificate may be the cause; empty: it is not
};

/// Explains that the server hung up. `loss`: how the connection ended; its code stays.
[[nodiscard]] Failure hung_up_on(const Unanswered& sent, std::string_view server, const Failure& loss);

/// Adds what the silence behind a timeout may mean.
[[nodiscard]] Failure silent_on(const Unanswered& sent, Failure timeout);

/// Does the same before CONNECT has left, by what the client was waiting for.
[[nodiscard]] Failure silent_in(std::string_view phase, Failure timeout);

enum class Tongue : std::uint8_t {
    mqtt,     // or nothing known
    unclear,  // too little has come
    other,
};
/// Classifies the first bytes of a server.
[[nodiscard]] Tongue tongue(std::string_view first_bytes) noexcept;

/// Explains that the server speaks another protocol.
[[nodiscard]] Failure not_mqtt(std::string_view server, std::string_view first_bytes);

}  // namespace mqtts::client
