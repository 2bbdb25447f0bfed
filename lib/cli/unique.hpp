// SPDX-License-Identifier: Apache-2.0
// Names that no other run has.
#pragma once

#include <string>

namespace mqtts::cli {

/// A name is empty if nothing needs it: each costs system calls.
struct Unique {
    std::string process_identifier;
    std::string client_identifier;
    std::string response_topic;
    std::string correlation_data;
};

/// Returns the process identifier.
[[nodiscard]] std::string process_identifier();

/// Makes an identifier of 23 letters and digits: not every server accepts more, or others [MQTT-3.1.3-5].
[[nodiscard]] std::string random_client_identifier();

/// Makes a name of 32 hexadecimal digits.
[[nodiscard]] std::string random_name();

}  // namespace mqtts::cli
