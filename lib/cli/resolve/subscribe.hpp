// SPDX-License-Identifier: Apache-2.0
// What mqtts-sub does with what it receives.
#pragma once

#include "cli/arguments.hpp"
#include "cli/bad_option.hpp"
#include "cli/settings.hpp"

namespace mqtts::cli {

/// Makes the settings; for mqtts-pub and for a check the initial ones.
[[nodiscard]] Result<SubscribeSettings> resolve_subscribe(const Arguments& arguments);

}  // namespace mqtts::cli
