// SPDX-License-Identifier: Apache-2.0
// Names that no other run has.
#pragma once

#include <string>

namespace mqtts::cli {

/// Empty where nothing asks for them: each costs system calls.
struct Unique {
    std::string process_identifier;
    std::string client_identifier;
    std::string response_topic;
    std::string correlation_data;
};

/// The process identifier.
[[nodiscard]] std::string process_identifier();

/// 23 characters: more, or others, not every server takes [MQTT-3.1.3-5].
[[nodiscard]] std::string random_client_identifier();

/// 32 hexadecimal digits.
[[nodiscard]] std::string random_name();

}  // namespace mqtts::cli
