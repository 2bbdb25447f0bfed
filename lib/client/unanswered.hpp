// SPDX-License-Identifier: Apache-2.0
// What it may mean that a server does not answer CONNECT with CONNACK: it hangs up, stays silent, or speaks something
// else. Few say why; so what brokers, and proxies in front of them, mean by it is said here, with what can be done.
//
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mqtts::client {

/// What was sent, as far as it may be the cause.
struct Unanswered {
    bool credentials = false;
    bool will = false;
    bool websocket = false;
    bool accepted_before = false;  // CONNACK has come on another connection
    std::string version = {};      // the cure of a server that is older than MQTT 5; empty: it was tried
    std::string certificate = {};  // what may help if our certificate is the cause; empty: it is not
};

/// `loss`: how the connection ended; its code stays.
[[nodiscard]] Failure hung_up_on(const Unanswered& sent, std::string_view server, const Failure& loss);

/// To stand behind "no answer": what silence may mean. Empty: nothing is known.
[[nodiscard]] std::string explain_silence(const Unanswered& sent);

/// The same where CONNECT has not left yet, by what was waited for; empty: nothing is known.
[[nodiscard]] std::string explain_silence_in(std::string_view phase);

enum class Tongue : std::uint8_t {
    mqtt,     // or nothing that is known
    unclear,  // too little has come
    other,
};
/// Of the first bytes of a server.
[[nodiscard]] Tongue tongue(std::string_view first_bytes) noexcept;

/// It speaks another protocol.
[[nodiscard]] Failure not_mqtt(std::string_view server, std::string_view first_bytes);

}  // namespace mqtts::client
