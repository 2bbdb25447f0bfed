// SPDX-License-Identifier: Apache-2.0
// Request and response (mqtts-pub -e): what makes a message a request.
#pragma once

#include <string>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

/// Where the answer comes: unique, unless it was given. Precondition: there is a request.
[[nodiscard]] std::string response_topic(const Arguments& arguments);

/// Nothing: the message is no request, and no option is about its answer.
[[nodiscard]] Outcome<std::optional<RequestSettings>> resolve_request(const Arguments& arguments);

/// In MQTT 5 the properties of the message tell where the answer goes, and what it repeats.
void add_properties(const RequestSettings& request, wire::PropertyWriter& properties);

}  // namespace mqtts::cli
