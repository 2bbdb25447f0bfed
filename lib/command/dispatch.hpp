// SPDX-License-Identifier: Apache-2.0
// Decides which commands handle a message.
#pragma once

#include <cstddef>
#include <vector>

#include "command/settings.hpp"
#include "wire/packet.hpp"

namespace mqtts::command {

/// Returns the places in `rules` of the commands that handle the message, each once, in the order of the rules.
///
/// A single rule without identifiers handles each message. Otherwise the Subscription Identifiers decide: a broker
/// names all subscriptions of ours that the message matches [MQTT-3.3.4-3], even if it sends one message for each of
/// them. In a kept session the identifiers may be those of an earlier run, which had other rules: an identifier counts
/// if a Topic Filter of its rule matches, too. If none counts, the Topic Filters decide, those of shared subscriptions
/// without "$share/name/".
[[nodiscard]] std::vector<std::size_t> commands_for(const wire::Publish& message, const std::vector<Rule>& rules);

}  // namespace mqtts::command
