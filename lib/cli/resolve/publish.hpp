// SPDX-License-Identifier: Apache-2.0
// What mqtts-pub publishes.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

/// Of mqtts-sub, and of a check: nothing in particular.
[[nodiscard]] Outcome<PublishSettings> resolve_publish(const Arguments& arguments);

/// The first message is known before there is a connection, and hardly any server refuses to take it: QoS 1 and small
/// packets nearly all of them have, retained messages, Topic Aliases and large packets not.
[[nodiscard]] bool is_ready_early(const Arguments& arguments);

}  // namespace mqtts::cli
