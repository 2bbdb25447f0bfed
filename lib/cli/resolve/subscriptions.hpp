// SPDX-License-Identifier: Apache-2.0
// The subscriptions, each with all its options.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "session/settings.hpp"

namespace mqtts::cli {

/// Makes those of mqtts-sub, the one for the response to a request, or the one of --check-topic.
[[nodiscard]] Result<std::vector<session::SubscriptionSettings>> resolve_subscriptions(const Arguments& arguments);

/// Returns the highest QoS of the messages to publish, or of the subscriptions.
[[nodiscard]] wire::Qos highest_qos(const Arguments& arguments);

/// Names the options that an older version of MQTT ignores, and that do not justify an error: "--retain-handling is".
/// Empty: none.
[[nodiscard]] std::string only_in_version_5(const Arguments& arguments);

}  // namespace mqtts::cli
