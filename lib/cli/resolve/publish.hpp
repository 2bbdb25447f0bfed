// SPDX-License-Identifier: Apache-2.0
// What mqtts-pub publishes.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

/// Makes the settings; for mqtts-sub and for a check the initial ones.
[[nodiscard]] Result<PublishSettings> resolve_publish(const Arguments& arguments);

/// Is the first message known before there is a connection, and accepted by nearly every server? Nearly all accept QoS
/// 1 and small packets, but not retained messages, Topic Aliases and large packets.
[[nodiscard]] bool is_ready_early(const Arguments& arguments);

}  // namespace mqtts::cli
