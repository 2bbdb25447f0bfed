// SPDX-License-Identifier: Apache-2.0
// Request and response (mqtts-pub -e): what makes a message a request.
#pragma once

#include <string>

#include "cli/settings.hpp"

namespace mqtts {

/// Completes the settings of a request: its only subscription is to its response topic, unique unless one was given,
/// and, in MQTT 5, the properties of the message tell both. Returns its Correlation Data.
std::string prepare_request(cli::Settings& settings);

/// "38.307000µs", "1.250000ms", "2.000000001s": as mosquitto_rr --latency prints it.
[[nodiscard]] std::string latency_text(std::chrono::nanoseconds latency);

}  // namespace mqtts
