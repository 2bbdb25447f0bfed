// SPDX-License-Identifier: Apache-2.0
// What is subscribed to, each with all its options.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "session/settings.hpp"

namespace mqtts::cli {

/// Those of mqtts-sub, the one for the answer to a request, or the one of --check-topic.
[[nodiscard]] Outcome<std::vector<session::SubscriptionSettings>> resolve_subscriptions(const Arguments& arguments);

/// The highest one of the messages to publish, or of the subscriptions.
[[nodiscard]] wire::Qos highest_qos(const Arguments& arguments);

/// Options for which an older version of MQTT has no room, and which are not worth ending for: "--retain-handling is".
/// Empty: none.
[[nodiscard]] std::string only_in_version_5(const Arguments& arguments);

}  // namespace mqtts::cli
