// SPDX-License-Identifier: Apache-2.0
// Request and response (mqtts-pub -e).
#pragma once

#include <string>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

/// Returns the response topic: unique, unless it was given. Precondition: the message is a request.
[[nodiscard]] std::string response_topic(const Arguments& arguments);

/// Makes the settings, or nothing if the message is no request. Fails if options about the response are given then.
[[nodiscard]] Result<std::optional<RequestSettings>> resolve_request(const Arguments& arguments);

/// Adds the properties of MQTT 5 that name the response topic, and the correlation data that the response repeats.
void add_properties(const RequestSettings& request, wire::PropertyWriter& properties);

}  // namespace mqtts::cli
