// SPDX-License-Identifier: Apache-2.0
// The environment of a command: ours, and what is to be known about a message.
//
//     MQTT_TOPIC             a/b          MQTT_RESPONSE_TOPIC    the four properties only if the message has them
//     MQTT_LEVEL_1           a            MQTT_CORRELATION_DATA  in base64
//     MQTT_LEVEL_2           b            MQTT_CONTENT_TYPE
//     MQTT_QOS               0, 1 or 2    MQTT_USER_PROPERTIES   [{"name":"value"},…], as %j of -F prints them
//     MQTT_RETAIN, MQTT_DUP  0 or 1
//     MQTT_PAYLOAD_LENGTH    in bytes
//
// Ours does without variables of these names, and without the secrets that are for us alone. Nothing is cut off: what
// the system cannot hold, the start of the command refuses (E2BIG).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/buffer.hpp"
#include "wire/packet.hpp"

namespace mqtts::command {

class Environment {
public:
    /// The levels of a topic that have a variable; further ones are in MQTT_TOPIC alone.
    static constexpr std::size_t most_levels = 32;

    /// Copies what stays of `ours`, strings "NAME=value" that end with a null pointer.
    explicit Environment(const char* const* ours);

    /// Returns the environment for a message, for execve(2). It is valid until the next call.
    [[nodiscard]] char* const* of(const wire::Publish& message);

private:
    std::vector<std::string> kept_;
    Buffer facts_;                     // strings, each with its NUL
    std::vector<std::size_t> begins_;  // of the strings in facts_
    std::vector<char*> pointers_;      // of kept_, then of facts_
};

}  // namespace mqtts::command
